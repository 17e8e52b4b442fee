// The report form: gives it its photos and its place, keeps the draft, and sends it by way of the
// outbox, so that a tap on 提交 is safe with or without a signal.
import { all, noteAt, readMain, say, show, showState } from "./page.js";
import { cameBack, fill, focusFault, forget, free, helpForms, hold, keep, valuesOf } from "./form.js";
import { keepDraft, offerDraft } from "./draft.js";
import { newKey } from "./key.js";
import { helpNear } from "./near.js";
import { helpPhotos, record } from "./photos.js";
import { helpPlace } from "./place.js";
import { LEASE, faultOf, finish, otherOf, part, tell, transmit } from "./queue.js";
import { helpTexts } from "./texts.js";
import { helpWaiting, remember } from "./waiting.js";
import * as store from "./store.js";

const KEPT = "report";

export function helpReports(root) {
  all(root, "form[data-report]").forEach((form) => { helpReport(form); });
}

async function helpReport(form) {
  const draft = /[?&]draft=([\w-]+)/.exec(location.search);
  const saved = draft && !cameBack(form) ? await store.getReport(draft[1]).catch(() => null) : null;
  if (saved && saved.state !== "sent") {
    fill(form, saved.fields);
    // It stays in the outbox, but waits for the person, not for a signal.
    await store.putReport(Object.assign(saved, { state: "editing" })).then(tell, () => {});
  }
  if (!saved) keep(form, KEPT);
  const key = form.elements.namedItem("client_key");
  if (!key.value) key.value = newKey();
  const place = form.querySelector("[data-place]");
  if (place) helpPlace(place);
  helpNear(form);
  const photos = helpPhotos(form.querySelector("[data-photos]"), key.value, true);
  keepDraft(form, () => reportOf(form, key.value, photos));
  if (!saved && !cameBack(form)) offerDraft(form, key.value);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    submit(form, key.value, photos);
  });
  const queued = document.querySelector("[data-queued]");
  if (queued) remember(queued.content.querySelector("[data-waiting]"));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

function chosen(form, name) {
  const input = form.querySelector(`[name=${name}]:checked`);
  return input ? input.closest("label").textContent.trim() : "";
}

function reportOf(form, key, photos) {
  return {
    key, state: "sending", lease: Date.now() + LEASE, at: Date.now(), tries: 0,
    address: form.action, upload: photos.root.getAttribute("data-upload"), tokenName: photos.root.getAttribute("data-token-name"),
    title: chosen(form, "kind"), fields: valuesOf(form), photos: photos.items.length,
  };
}

// The place that was proposed and neither taken nor rejected; asked about once, not for ever.
function openQuestion(form) {
  const yes = form.querySelector("[data-found]:not([hidden]) [data-ask]:not([hidden]) [data-yes]");
  if (!yes || form.hasAttribute("data-place-asked")) return null;
  form.setAttribute("data-place-asked", "");
  return yes;
}

async function submit(form, key, photos) {
  if (form.hasAttribute("data-sending")) return;
  const note = progress(form, form.querySelector("[data-report-words]"));
  const open = openQuestion(form);
  if (open) {
    open.scrollIntoView({ block: "center" });
    open.focus();
    note(say(form.querySelector("[data-report-words]"), "place"), true);
    return;
  }
  form.setAttribute("data-sending", "");
  // Whatever goes wrong, the button works again.
  await send(form, key, photos, note).catch(() => back(form, photos, note, "full"));
}

async function send(form, key, photos, note) {
  await photos.restored;
  const words = form.querySelector("[data-report-words]");
  note("");
  await photos.stop();
  const bad = photos.items.find((item) => item.state === "bad");
  if (bad) {
    bad.row.scrollIntoView({ block: "center" });
    return back(form, photos, note);
  }
  const report = reportOf(form, key, photos);
  const records = await recordsOf(photos, key);
  const stored = await put(report, records, photos);
  const result = await transmit(report, records, (index, percent) => {
    note(index < 0 ? "" : say(words, "photo", index + 1));
    photos.items.forEach((item, i) => {
      if (i === index) photos.show(item, { state: "send", percent });
      else if (records[i].token) photos.show(item, { state: "done", token: records[i].token });
    });
  }, (index, onPercent) => photos.take(photos.items[index], onPercent));
  return settle(form, photos, report, stored, result, note);
}

async function recordsOf(photos, key) {
  const made = [];
  for (const item of photos.items) made.push(await record(item, key));
  return made;
}

// Says whether the whole report lies safe in the phone.
async function put(report, records, photos) {
  try {
    for (let i = 0; i < records.length; i += 1) {
      if (!photos.items[i].saved) await store.putPhoto(records[i]);
    }
    await store.putReport(report);
    return true;
  } catch (error) {
    return false;
  }
}

function progress(form, words) {
  const button = form.querySelector("[type=submit]");
  const label = button.textContent;
  return (text, over) => {
    button.lastChild.textContent = over ? label : say(words, "sending");
    noteAt(form, text);
    if (over) free(form);
    else hold(form);
  };
}

function back(form, photos, note, name = "bad", words = "") {
  form.removeAttribute("data-sending");
  photos.resume();
  note(words || say(form.querySelector("[data-report-words]"), name), true);
}

async function settle(form, photos, report, stored, result, note) {
  if (result.outcome === "done") {
    if (stored) await finish(report, result.receipt).catch(() => {});
    forget(KEPT);
    location.assign(result.receipt);
    return;
  }
  if (result.outcome === "refused") {
    await store.putReport(Object.assign(report, { state: "editing" })).catch(() => {});
    tell();
    if (result.photo !== undefined) refusePhoto(photos, result);
    const other = otherOf(result.html);
    if (other) await part(report, other, { state: "editing" }).catch(() => {});
    if (!result.html) back(form, photos, note);
    else if (!replaceMain(result.html)) back(form, photos, note, "bad", faultOf(result.html));
    return;
  }
  if (!stored) {
    back(form, photos, note, "full");
    return;
  }
  await store.putReport(Object.assign(report, { state: "waiting", next: 0 }));
  forget(KEPT);
  showQueued(report.key);
}

function refusePhoto(photos, result) {
  const item = photos.items[result.photo];
  photos.show(item, { state: "bad", detail: result.detail });
  item.row.scrollIntoView({ block: "center" });
}

// The server's page with the faults takes the place of ours, if it holds the form; the photos come
// back from the phone.
function replaceMain(html) {
  const here = readMain(html, "form[data-report]");
  if (!here) return false;
  helpForms(here);
  helpTexts(here);
  helpReports(here);
  if (!here.querySelector("[aria-invalid=true], [data-faults]")) scrollTo(0, 0);
  focusFault(here);
  return true;
}

function showQueued(key) {
  const template = document.querySelector("[data-queued]");
  const main = document.querySelector("main");
  const content = document.importNode(template.content, true);
  main.textContent = "";
  main.appendChild(content);
  showState(main.querySelector("[data-lost]"), navigator.onLine === false ? "offline" : "online");
  helpWaiting(main);
  tell();
  scrollTo(0, 0);
  // Somebody who still looks at the page when the signal returns sees the receipt.
  document.addEventListener("wf:queue", async () => {
    const report = await store.getReport(key);
    // Not if what was written here is another one, which still waits in the list.
    if (report && report.state === "sent" && !report.parted && !document.hidden) location.assign(report.receipt);
  });
  const heading = main.querySelector("[data-when]:not([hidden]) h1");
  heading.setAttribute("tabindex", "-1");
  heading.focus();
}
