// The state of the page.

/** The configuration of the service. */
export const service = { format: null, keys: null, has_beacons: false, is_demo: false };

/** The selected company: its id, and its key unless all companies have one. */
export const company = { id: null, key: null };

/** The list: the search, the cursor of the current page, and the cursor of the next one. */
export const list = { search: null, cursor: null, next: null, number: 1 };

/** The selected employee: `id`, `etag`, and `employee` as the service returned it; or null. */
export const record = { shown: null };

export const element = (id) => document.getElementById(id);

export const companyPath = () => `/companies/${encodeURIComponent(company.id)}`;

export const employeePath = (id) => `${companyPath()}/employees/${encodeURIComponent(id)}`;

/** Returns "2 of 3", or the version itself if the company no longer has it. */
export function versionNumber(version) {
  const { versions } = company.key;
  const index = versions.indexOf(version);
  return index < 0 ? version : `${index + 1} of ${versions.length}`;
}
