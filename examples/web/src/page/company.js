// The selected company, which is a tenant, and the operations on its key.

import { call, complain, problem, say, sequence } from "./service.js";
import { company, companyPath, element, service } from "./state.js";

const FORMAT = {
  dbesdk: "AWS Database Encryption SDK",
  ddbec: "DynamoDB Encryption Client",
};

const KEYS = {
  double: "AWS KMS is a double inside this process, and its key is public: use this folder only to try it out.",
  file: "In this format, all companies have one key, in a file. There are no tenants, and e-mail addresses cannot be searched.",
  aws: "",
};

/** Reads the configuration of the service, and returns the companies, if they are listed. */
export async function readService() {
  const answer = await call("GET", "/companies");
  if (!answer.ok) {
    complain(`The companies could not be read: ${problem(answer)}`);
    return [];
  }
  const { companies, ...about } = answer.content;
  Object.assign(service, about);
  element("open-company").hidden = companies !== null;
  return companies ?? [];
}

export function showCompanies(companies, open) {
  const buttons = companies.map(({ id, key }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.company = id;
    button.textContent = id;
    if (id === company.id) button.setAttribute("aria-current", "true");
    button.classList.toggle("shredded", key?.is_shredded ?? false);
    button.addEventListener("click", () => open(id));
    return button;
  });
  element("companies").replaceChildren(...buttons);
}

const startCompany = sequence();

/** Returns false if the company does not exist, or another one was selected meanwhile. */
export async function readCompany(id) {
  const isLatest = startCompany();
  const answer = await call("GET", `/companies/${encodeURIComponent(id)}`);
  if (!isLatest()) return false;
  if (!answer.ok) {
    complain(`${id}: ${problem(answer)}`);
    return false;
  }
  Object.assign(company, answer.content);
  showCompany();
  return true;
}

export const isShredded = () => company.key?.is_shredded ?? false;

function showCompany() {
  const { id, key } = company;
  element("company").hidden = false;
  element("company").classList.toggle("shredded", isShredded());
  element("company-title").textContent = id;
  const facts = [["Format", FORMAT[service.format]]];
  if (isShredded()) facts.push(["Key", "deleted permanently: the records cannot be decrypted, not even from backups"]);
  else if (key) facts.push(["Branch key", id], ["Version", `${key.versions.length} of ${key.versions.length}`]);
  else facts.push(["Key", "one for all companies"]);
  element("company-facts").replaceChildren(...facts.map(([name, value]) => {
    const [group, term, detail] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    term.textContent = name;
    detail.textContent = value;
    group.append(term, detail);
    return group;
  }));
  element("company-actions").hidden = !(service.is_demo && key);
  element("rotate").disabled = isShredded();
  element("shred").disabled = isShredded();
  element("company-note").textContent = KEYS[service.keys];
}

export async function rotate() {
  const answer = await call("POST", `${companyPath()}/rotate`);
  if (!answer.ok) return complain(`The key was not rotated: ${problem(answer)}`);
  Object.assign(company, answer.content);
  showCompany();
  say(`Version ${company.key.versions.length} encrypts from now on. Older records stay readable, and move to it when they are saved.`);
}

export function askToShred() {
  element("shred-form").reset();
  element("shred-title").textContent = `Shred ${company.id}?`;
  element("shred-label").textContent = `Write “${company.id}” to confirm`;
  element("shred-form").elements.company.pattern = company.id;
  element("shred-form").elements.company.title = company.id;
  element("shred-dialog").showModal();
}

export async function shred() {
  element("shred-dialog").close();
  const answer = await call("POST", `${companyPath()}/shred`);
  if (!answer.ok) return complain(`The key was not deleted: ${problem(answer)}`);
  Object.assign(company, answer.content);
  showCompany();
  say(`The key of ${company.id} is deleted. Its records are unreadable.`);
}
