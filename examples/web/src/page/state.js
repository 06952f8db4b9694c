// What the page shows at the moment.

/** What the service says of itself: its format, where its keys are, and what it allows. */
export const service = { format: null, keys: null, has_beacons: false, is_demo: false };

/** The company that is shown: its id, and its key if it has one of its own. */
export const company = { id: null, key: null };

/** The list: what was searched for, the cursor of the page that is shown, and that of the next one. */
export const list = { search: null, cursor: null, next: null, number: 1 };

/** The employee that is shown: `id`, `etag`, and `employee` as the service saw it; or nobody. */
export const record = { shown: null };

export const element = (id) => document.getElementById(id);

export const companyPath = () => `/companies/${encodeURIComponent(company.id)}`;

export const employeePath = (id) => `${companyPath()}/employees/${encodeURIComponent(id)}`;

/** "2 of 3", or the version itself if the company does not know it any more. */
export function versionNumber(version) {
  const { versions } = company.key;
  const index = versions.indexOf(version);
  return index < 0 ? version : `${index + 1} of ${versions.length}`;
}
