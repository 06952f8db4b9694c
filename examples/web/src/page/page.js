// The page of the staff directory. Plain DOM, no build step.
"use strict";

const EMPLOYEES = "/companies/acme/employees";
const FIELDS = ["name", "salary", "department", "notes"];
const COLUMNS = ["Attribute", "The service sees", "DynamoDB stores", "Protection"];
const PROTECTION = {
  encrypted: "encrypted and signed",
  signed: "signed",
  plain: "plain",
  added: "added by dynaseal",
};

const element = (id) => document.getElementById(id);

/** Where the list is: the cursor of the page that is shown, and that of the next one. */
const list = { cursor: null, next: null, number: 1 };

/** The employee that is shown: its id, its entity tag, and what the service saw. */
let shown = null;

async function call(method, path, { body, etag } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const answer = await fetch(path, request).catch(() => null);
  if (answer === null) return { ok: false, status: 0, etag: null, content: { title: "the service cannot be reached" } };
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson ? await answer.json() : null;
  return { ok: answer.ok, status: answer.status, etag: answer.headers.get("ETag"), content };
}

const pathOf = (id) => `${EMPLOYEES}/${encodeURIComponent(id)}`;

async function showList(cursor, number) {
  const query = new URLSearchParams({ limit: "20" });
  if (cursor) query.set("cursor", cursor);
  const answer = await call("GET", `${EMPLOYEES}?${query}`);
  if (!answer.ok) return complain(`The list could not be read: ${problem(answer)}`);
  // DynamoDB reports the end of a list only in response to another request.
  const { employees, unreadable } = answer.content;
  if (number > 1 && employees.length + unreadable.length === 0) {
    list.next = null;
    element("next").disabled = true;
    return say("That was the last page.");
  }
  Object.assign(list, { cursor, next: answer.content.next, number });
  const damaged = unreadable.map((id) => entry({ employee_id: id, name: id, department: "damaged" }));
  element("employees").replaceChildren(...employees.map(entry), ...damaged);
  element("empty").hidden = employees.length + unreadable.length > 0;
  element("next").disabled = list.next === null;
  element("first").disabled = cursor === null;
  element("page-number").textContent = `Page ${number}`;
  markCurrent();
}

function entry(employee) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.id = employee.employee_id;
  const detail = document.createElement("small");
  detail.textContent = ` ${employee.department}`;
  button.append(employee.name, detail);
  button.addEventListener("click", () => showRecord(employee.employee_id));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function markCurrent() {
  for (const button of element("employees").querySelectorAll("button")) {
    if (shown !== null && button.dataset.id === shown.id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

async function showRecord(id) {
  const [seen, stored] = await Promise.all([call("GET", pathOf(id)), call("GET", `${pathOf(id)}/stored`)]);
  if (!stored.ok) {
    hideRecord();
    return stored.status === 404 ? say("That employee is gone.") : complain(problem(stored));
  }
  shown = { id, etag: seen.etag, employee: seen.ok ? seen.content : null };
  element("record").hidden = false;
  element("record-title").textContent = seen.ok ? seen.content.name : id;
  const refusal = element("refusal");
  refusal.hidden = seen.ok;
  refusal.textContent = seen.ok ? "" : refusalOf(seen);
  element("tamper").hidden = !stored.content.may_tamper;
  element("edit").disabled = !seen.ok;
  // A damaged record can only be deleted.
  element("delete").disabled = !seen.ok && seen.status !== 500;
  element("attributes").replaceChildren(...stored.content.attributes.map((attribute) => row(attribute, shown.employee)));
  markCurrent();
  element("record-title").focus();
}

/** The answer to a record that fails verification says nothing more, so that an attacker learns nothing either. */
function refusalOf(answer) {
  if (answer.status !== 500) return `Not shown: ${problem(answer)}`;
  return "Refused (status 500): the stored record failed verification. Nothing of it is shown.";
}

const problem = (answer) => answer.content?.title ?? `status ${answer.status}`;

function row({ name, value, protection }, employee) {
  const seen = employee && name === "company" ? "acme" : employee?.[name] ?? "";
  const cells = [name, String(seen), value, PROTECTION[protection]].map((text, column) => {
    const cell = document.createElement("td");
    cell.textContent = text;
    cell.dataset.column = COLUMNS[column];
    cell.setAttribute("role", "cell");
    return cell;
  });
  cells[2].className = "stored";
  cells[3].className = "protection";
  const line = document.createElement("tr");
  line.className = protection;
  line.setAttribute("role", "row");
  line.dataset.name = name;
  line.append(...cells);
  return line;
}

function hideRecord() {
  shown = null;
  element("record").hidden = true;
  markCurrent();
}

let silence = 0;

function say(message) {
  dismiss();
  element("status").textContent = message;
  clearTimeout(silence);
  silence = setTimeout(() => { element("status").textContent = ""; }, 4000);
}

/** A failure stays until it is dismissed, or something succeeds. */
function complain(message) {
  element("failure-text").textContent = message;
  element("failure").hidden = false;
}

const dismiss = () => { element("failure").hidden = true; };

function openForm(employee) {
  const form = element("form");
  form.reset();
  form.elements.employee_id.value = employee?.employee_id ?? "";
  form.elements.employee_id.readOnly = employee !== null;
  for (const field of FIELDS) form.elements[field].value = employee?.[field] ?? "";
  element("form-title").textContent = employee ? `Edit ${employee.name}` : "Add an employee";
  element("form-problem").hidden = true;
  form.dataset.etag = employee ? shown.etag : "";
  element("form-dialog").showModal();
}

async function submit(event) {
  event.preventDefault();
  const form = element("form");
  const { employee_id, name, salary, department, notes } = Object.fromEntries(new FormData(form));
  const record = { name, salary: Number(salary), department, notes: notes || null };
  const etag = form.dataset.etag;
  const answer = etag
    ? await call("PUT", pathOf(employee_id), { body: record, etag })
    : await call("POST", EMPLOYEES, { body: { employee_id, ...record } });
  if (!answer.ok) {
    element("form-problem").textContent = problem(answer);
    element("form-problem").hidden = false;
    return;
  }
  element("form-dialog").close();
  say(etag ? "Saved." : "Added.");
  await showList(list.cursor, list.number);
  await showRecord(employee_id);
}

function askToDelete() {
  element("delete-title").textContent = `Delete ${shown.employee?.name ?? shown.id}?`;
  element("delete-dialog").showModal();
}

async function remove() {
  element("delete-dialog").close();
  const answer = shown.employee
    ? await call("DELETE", pathOf(shown.id), { etag: shown.etag })
    : await call("DELETE", `${pathOf(shown.id)}?damaged=true`);
  if (!answer.ok) return complain(problem(answer));
  hideRecord();
  say("Deleted.");
  await showList(list.cursor, list.number);
}

async function tamper() {
  const answer = await call("POST", `${pathOf(shown.id)}/tamper`);
  if (!answer.ok) return complain("This store cannot be tampered with from here.");
  say("One bit of the stored name is flipped. Reading it again…");
  await showRecord(shown.id);
}

element("first").addEventListener("click", () => showList(null, 1));
element("next").addEventListener("click", () => showList(list.next, list.number + 1));
element("add").addEventListener("click", () => openForm(null));
element("edit").addEventListener("click", () => openForm(shown.employee));
element("reload").addEventListener("click", () => showRecord(shown.id));
element("delete").addEventListener("click", askToDelete);
element("confirm-delete").addEventListener("click", remove);
element("keep").addEventListener("click", () => element("delete-dialog").close());
element("dismiss").addEventListener("click", dismiss);
element("tamper").addEventListener("click", tamper);
element("form").addEventListener("submit", submit);
element("cancel").addEventListener("click", () => element("form-dialog").close());

showList(null, 1);
