// The page of the staff directory: the selected company, and the actions of the buttons. Plain DOM, no build step.

import { askToShred, readCompany, readService, rotate, shred, showCompanies } from "./company.js";
import { onOpen, search, showEverybody, showList } from "./directory.js";
import { askToDelete, hideRecord, openForm, remove, save, showRecord, tamper } from "./record.js";
import { dismiss } from "./service.js";
import { company, element, list, record } from "./state.js";

/** Returns the company and the employee of the address, such as `#/acme/e-1`, so that both can be linked to. */
function address() {
  const [, companyId, employeeId] = /^#\/([A-Za-z0-9-]{1,64})(?:\/([A-Za-z0-9-]{1,64}))?$/.exec(location.hash) ?? [];
  return { companyId, employeeId };
}

const setAddress = (...ids) => history.replaceState(null, "", `#/${ids.join("/")}`);

async function open(id, employeeId) {
  if (!await readCompany(id)) return;
  setAddress(id);
  showCompanies(await readService(), open);
  hideRecord();
  await showEverybody();
  if (employeeId) await openRecord(employeeId);
}

async function openRecord(id) {
  await showRecord(id);
  if (record.shown?.id === id) setAddress(company.id, id);
}

/** Reads everything again after a change of the company's key. */
async function afterChangeOfKey() {
  showCompanies(await readService(), open);
  await showList(list.cursor, list.number);
  if (record.shown) await showRecord(record.shown.id);
}

const on = (id, event, action) => element(id).addEventListener(event, action);

/** A form that stays on the page. */
const onSubmit = (id, action) => on(id, "submit", (event) => {
  event.preventDefault();
  action(event.target);
});

// The address stays that of the company.
on("skip", "click", (event) => { event.preventDefault(); element("employees").focus(); });
on("rotate", "click", async () => { await rotate(); await afterChangeOfKey(); });
on("shred", "click", askToShred);
on("keep-key", "click", () => element("shred-dialog").close());
onSubmit("shred-form", async () => { await shred(); await afterChangeOfKey(); });
onSubmit("open-company", (form) => open(form.elements.company.value));
onSubmit("search", search);
on("everybody", "click", showEverybody);
on("first", "click", () => showList());
on("next", "click", () => showList(list.next, list.number + 1));
on("add", "click", () => openForm(null));
on("edit", "click", () => openForm(record.shown.employee));
on("reload", "click", () => showRecord(record.shown.id));
on("delete", "click", askToDelete);
on("confirm-delete", "click", remove);
on("keep", "click", () => element("delete-dialog").close());
on("dismiss", "click", dismiss);
on("tamper", "click", tamper);
onSubmit("form", save);
on("cancel", "click", () => element("form-dialog").close());
onOpen(openRecord);
addEventListener("hashchange", () => {
  const { companyId, employeeId } = address();
  if (companyId && (companyId !== company.id || employeeId !== record.shown?.id)) open(companyId, employeeId);
});

const companies = await readService();
const { companyId = companies[0]?.id, employeeId } = address();
if (companyId) await open(companyId, employeeId);
