// One employee: both views of the record, and the operations on it.

import { isShredded } from "./company.js";
import { markCurrent, showList } from "./directory.js";
import { call, complain, problem, say, sequence } from "./service.js";
import { company, companyPath, element, employeePath, list, record, versionNumber } from "./state.js";

const FIELDS = ["name", "email", "salary", "department", "notes"];
const COLUMNS = ["Attribute", "The service sees", "DynamoDB stores", "Protection"];
const PROTECTION = {
  encrypted: "encrypted and signed",
  signed: "signed",
  plain: "plain",
  beacon: "hash, not signed",
  added: "added by dynaseal",
};
const FORMAT = {
  dbesdk: "Database Encryption SDK",
  ddbec: "DynamoDB Encryption Client",
  unknown: "no known format",
};

const startRecord = sequence();

export async function showRecord(id) {
  const isLatest = startRecord();
  const [seen, stored] = await Promise.all([call("GET", employeePath(id)), call("GET", `${employeePath(id)}/stored`)]);
  if (!isLatest()) return;
  if (!stored.ok) {
    hideRecord();
    return stored.status === 404 ? say("That employee is gone.") : complain(problem(stored));
  }
  record.shown = { id, etag: seen.etag, employee: seen.ok ? seen.content : null };
  element("record").hidden = false;
  element("record-title").textContent = seen.ok ? seen.content.name : id;
  const rejection = element("rejection");
  rejection.hidden = seen.ok;
  rejection.textContent = seen.ok ? "" : rejectionOf(seen);
  element("tamper").hidden = !stored.content.may_tamper || isShredded();
  element("edit").disabled = !seen.ok;
  // A damaged or unreadable record can only be deleted.
  element("delete").disabled = !seen.ok && seen.status !== 500 && seen.status !== 410;
  element("record-facts").replaceChildren(...facts(stored.content).map(badge));
  element("attributes").replaceChildren(...stored.content.attributes.map((attribute) => row(attribute, record.shown.employee)));
  markCurrent();
  element("record-title").focus();
}

/** The answer to a record that fails verification says nothing more, so that an attacker learns nothing either. */
function rejectionOf(answer) {
  if (answer.status === 410) return "Unreadable: the key of this company was deleted. Nobody can decrypt what DynamoDB stores.";
  if (answer.status !== 500) return `Not shown: ${problem(answer)}`;
  return "Rejected (status 500): the stored record failed verification. Nothing of it is shown.";
}

function facts({ format, branch_key, attributes }) {
  const facts = [["format", "Format", FORMAT[format]]];
  if (branch_key) {
    const version = company.key && !isShredded() ? versionNumber(branch_key.version) : branch_key.version;
    facts.push(["branch-key", "Branch key", `${branch_key.id}, version ${version}`]);
  }
  const beacons = attributes.filter(({ protection }) => protection === "beacon");
  for (const { name, value } of beacons) facts.push(["beacon", `Beacon ${name.replace("aws_dbe_b_", "")}`, value]);
  return facts;
}

function badge([kind, name, value]) {
  const [item, label] = [document.createElement("li"), document.createElement("span")];
  item.dataset.fact = kind;
  label.textContent = name;
  item.append(label, ` ${value}`);
  return item;
}

function row({ name, value, protection }, employee) {
  const seen = employee && name === "company" ? company.id : employee?.[name] ?? "";
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

export function hideRecord() {
  startRecord();
  record.shown = null;
  element("record").hidden = true;
  markCurrent();
}

export function openForm(employee) {
  const form = element("form");
  form.reset();
  form.elements.employee_id.value = employee?.employee_id ?? "";
  form.elements.employee_id.readOnly = employee !== null;
  for (const field of FIELDS) form.elements[field].value = employee?.[field] ?? "";
  element("form-title").textContent = employee ? `Edit ${employee.name}` : "Add an employee";
  element("form-problem").hidden = true;
  form.dataset.etag = employee ? record.shown.etag : "";
  element("form-dialog").showModal();
}

export async function save() {
  const form = element("form");
  const { employee_id, name, email, salary, department, notes } = Object.fromEntries(new FormData(form));
  const changes = { name, email: email || null, salary: Number(salary), department, notes: notes || null };
  const etag = form.dataset.etag;
  const answer = etag
    ? await call("PUT", employeePath(employee_id), { body: changes, etag })
    : await call("POST", `${companyPath()}/employees`, { body: { employee_id, ...changes } });
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

export function askToDelete() {
  element("delete-title").textContent = `Delete ${record.shown.employee?.name ?? record.shown.id}?`;
  element("delete-dialog").showModal();
}

export async function remove() {
  element("delete-dialog").close();
  const { id, employee, etag } = record.shown;
  const answer = employee
    ? await call("DELETE", employeePath(id), { etag })
    : await call("DELETE", `${employeePath(id)}?damaged=true`);
  if (!answer.ok) return complain(problem(answer));
  hideRecord();
  say("Deleted.");
  await showList(list.cursor, list.number);
}

export async function tamper() {
  const answer = await call("POST", `${employeePath(record.shown.id)}/tamper`);
  if (!answer.ok) return complain("This store cannot be tampered with from here.");
  say("One bit of the stored name is flipped. Reading it again…");
  await showRecord(record.shown.id);
}
