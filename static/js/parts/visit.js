// A form of an official on the spot: form[data-outbox] goes into the outbox before it is sent, its
// photos with it, so that a cellar without signal loses nothing. What was sent leaves no trace in
// the phone; what the server refused is shown with its reason until it is sent again or dropped.
import { all, readBlob, say, show } from "./page.js";
import { fill, free, hold, valuesOf } from "./form.js";
import { newKey } from "./key.js";
import { VISIT, othersOf, runQueue, sendNow, tell } from "./queue.js";
import { prepare } from "./shrink.js";
import * as store from "./store.js";
import { keepHere, register } from "./worker.js";

export function helpVisits(root) {
  all(root, "[data-outbox-note]").forEach((note) => {
    register(note.getAttribute("data-worker"), note.getAttribute("data-scope"));
    keepHere();
    note.addEventListener("click", (event) => { act(event); });
    document.addEventListener("wf:queue", () => { draw(note); });
    draw(note);
  });
  all(root, "form[data-outbox]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !window.indexedDB) return;
      event.preventDefault();
      send(form);
    });
  });
  refill(root);
}

// What waits in the phone stands in its fields again when the page is opened again.
async function refill(root) {
  const items = await waiting().catch(() => []);
  all(root, "form[data-outbox]").forEach((form) => {
    const last = keptOf(form, items).pop();
    if (last) fill(form, last.fields);
  });
}

async function waiting() {
  const items = (await store.allReports()).filter((item) => item.kind === VISIT);
  return items.sort((one, other) => one.at - other.at);
}

function itemOf(fields) {
  const found = fields.filter((pair) => pair[0] === "item")[0];
  return found ? found[1] : "";
}

function keptOf(form, items) {
  const name = itemOf(valuesOf(form));
  return items.filter((item) => item.address === form.action && itemOf(item.fields) === name);
}

async function send(form) {
  hold(form);
  const key = newKey();
  if (form.elements.client_key) form.elements.client_key.value = key;
  const item = {
    key, kind: VISIT, state: "waiting", at: Date.now(), tries: 0, forget: true, page: location.pathname,
    title: form.getAttribute("data-outbox"), address: form.action, upload: form.getAttribute("data-upload"),
    tokenName: "photos_token", fields: valuesOf(form), last: form.hasAttribute("data-outbox-last"),
    photos: all(form, "input[type=file]").reduce((sum, field) => sum + field.files.length, 0),
  };
  const kept = await keep(form, item).then(() => true, () => false);
  if (!kept) { // private mode: the phone keeps nothing
    free(form);
    form.submit();
    return;
  }
  const result = await sendInTurn(item);
  if (result.outcome === "done") {
    handed = false; // the page is left anyway
    location.assign(result.receipt);
    if (result.receipt.split("#")[0] === location.href.split("#")[0]) location.reload();
    return;
  }
  if (result.outcome === "later" && item.photos) form.reset();
  free(form);
  document.querySelector("[data-outbox-note]").scrollIntoView();
}

// The whole sheet goes after each of its parts.
async function sendInTurn(item) {
  if (!item.last || !(await othersOf(item)).length) return sendNow(item);
  await runQueue();
  const left = await store.getReport(item.key);
  tell();
  return left ? { outcome: left.state === "stuck" ? "refused" : "later" } : { outcome: "done", receipt: location.href };
}

async function keep(form, item) {
  const files = all(form, "input[type=file]").reduce((found, field) => found.concat(Array.from(field.files)), []);
  for (let i = 0; i < files.length; i += 1) {
    const small = await prepare(files[i]);
    const bytes = await readBlob(small.blob, "ArrayBuffer");
    await store.putPhoto({
      id: `${item.key}-${i}`, key: item.key, at: item.at + i, name: files[i].name, type: small.blob.type, bytes, facts: small.facts,
    });
  }
  await store.putReport(item);
}

// The server said no, or wants the person to sign in again first.
function halts(item) {
  return item.state === "stuck" || (item.state === "waiting" && Boolean(item.signIn));
}

async function draw(note) {
  const items = await waiting().catch(() => []);
  drawForms(items);
  const stuck = items.filter(halts);
  note.querySelector("[data-outbox-words]").textContent = say(note, "waiting", items.length - stuck.length);
  show(note.querySelector("[data-outbox-waits]"), items.length > stuck.length);
  note.querySelector("[data-outbox-problem]").textContent = stuck.map((item) => `${item.title} – ${item.problem}`).join(" ");
  show(note.querySelector("[data-outbox-stuck]"), stuck.length > 0);
  show(note, items.length > 0);
}

// Each form says what of it waits; once the sheet as a whole has arrived the page says so too.
let handed = false;

function drawForms(items) {
  all(document, "form[data-outbox]").forEach((form) => {
    const mark = form.querySelector("[data-outbox-kept]");
    const kept = keptOf(form, items);
    if (!mark) return;
    mark.lastChild.textContent = say(mark, "kept", kept.reduce((sum, item) => sum + (item.photos || 0), 0));
    show(mark, kept.length > 0);
  });
  const waits = items.some((item) => item.last && item.page === location.pathname);
  if (handed && !waits) location.reload();
  handed = waits;
}

async function act(event) {
  const again = event.target.closest("[data-outbox-again]");
  const drop = event.target.closest("[data-outbox-drop]");
  if (!again && !drop) return;
  for (const item of await store.allReports()) {
    if (item.kind === VISIT && halts(item)) {
      if (drop) await store.deleteReport(item.key);
      else await store.putReport(Object.assign(item, { state: "waiting", next: 0 }));
    }
  }
  tell();
  runQueue();
}
