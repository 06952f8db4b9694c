// The list of employees, and searches in it.

import { isShredded } from "./company.js";
import { call, complain, dismiss, problem, say, sequence } from "./service.js";
import { companyPath, element, list, record, service } from "./state.js";

const FOUND = {
  email: "DynamoDB compared hashes, and never saw the address.",
  department: "Departments are readable in the table, so DynamoDB compares them.",
};

const startList = sequence();

/** Shows a page of the list, or of a search. */
export async function showList(cursor = null, number = 1) {
  const query = new URLSearchParams({ limit: "20" });
  if (list.search) query.set(list.search.by, list.search.value);
  if (cursor) query.set("cursor", cursor);
  const isLatest = startList();
  const answer = await call("GET", `${companyPath()}/employees?${query}`);
  if (!isLatest()) return;
  if (!answer.ok) return complain(`The list could not be read: ${problem(answer)}`);
  // DynamoDB reports the end of a list only in response to another request.
  const { employees, unreadable } = answer.content;
  if (number > 1 && employees.length + unreadable.length === 0) {
    list.next = null;
    element("next").disabled = true;
    return say("That was the last page.");
  }
  Object.assign(list, { cursor, next: answer.content.next, number });
  const damaged = unreadable.map((id) => entry({ employee_id: id, name: id, department: isShredded() ? "unreadable" : "damaged" }));
  element("employees").replaceChildren(...employees.map(entry), ...damaged);
  element("empty").hidden = employees.length + unreadable.length > 0;
  element("empty").textContent = list.search ? "Nobody was found." : "Nobody is here yet.";
  element("next").disabled = list.next === null;
  element("first").disabled = cursor === null;
  element("page-number").textContent = `Page ${number}`;
  element("add").disabled = isShredded();
  showSearch();
  markCurrent();
}

function showSearch() {
  const emailOption = element("search-by").querySelector("[value=email]");
  emailOption.disabled = !service.has_beacons;
  if (!service.has_beacons) element("search-by").value = "department";
  element("everybody").hidden = list.search === null;
  element("search-note").textContent = list.search ? FOUND[list.search.by] : "";
  element("employees-title").textContent = list.search ? `Found by ${list.search.by === "email" ? "e-mail" : "department"}` : "Employees";
  for (const id of ["search-by", "search-value", "find"]) element(id).disabled = isShredded();
}

export async function search() {
  dismiss();
  list.search = { by: element("search-by").value, value: element("search-value").value.trim() };
  await showList();
}

export async function showEverybody() {
  dismiss();
  element("search").reset();
  list.search = null;
  await showList();
}

let open = () => {};

/** Sets the action for a selected employee. */
export const onOpen = (action) => { open = action; };

function entry(employee) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.id = employee.employee_id;
  const detail = document.createElement("small");
  detail.textContent = employee.department;
  button.append(employee.name, " ", detail);
  button.addEventListener("click", () => open(employee.employee_id));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

export function markCurrent() {
  for (const button of element("employees").querySelectorAll("button")) {
    if (record.shown !== null && button.dataset.id === record.shown.id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
