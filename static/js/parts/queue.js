// The outbox of reports. A report is put here before it is sent, so that nothing is lost whatever
// happens next; it leaves when the server has answered. Sends itself when a page opens, when the
// network is back and when the page is looked at again. States: waiting, sending, stuck (the server
// said no: to be changed by the person), editing, sent.
import { newKey } from "./key.js";
import { upload, post } from "./send.js";
import * as store from "./store.js";

const EVERY = 30000;
export const LEASE = 90000; // a page that died while sending is taken over after this
const LONGEST_WAIT = 600;
const SENT_DAYS = 30;
const DRAFT_DAYS = 2;
const DAY = 86400000;
export const VISIT = "visit"; // what an official wrote on the spot: sent from pages of officials alone
let running = false;
let official = false;

export function startQueue(byOfficial) {
  if (!window.indexedDB) return;
  official = byOfficial === true;
  const soon = () => setTimeout(runQueue, 300);
  addEventListener("online", () => { wake().then(runQueue, () => {}); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  setInterval(() => { if (!document.hidden) runQueue(); }, EVERY);
  sweep().catch(() => {}).then(() => { tell(); soon(); });
}

// Pages that show the outbox listen to this.
export function tell() {
  document.dispatchEvent(new CustomEvent("wf:queue"));
}

async function change(report, values) {
  Object.assign(report, values);
  await store.putReport(report);
  tell();
}

// A signal is back: no report waits for its turn any longer.
async function wake() {
  const reports = await store.allReports();
  for (const report of reports) {
    if (report.state === "waiting" && report.next) await store.putReport(Object.assign(report, { next: 0 }));
  }
}

export async function runQueue() {
  if (running || navigator.onLine === false) return;
  running = true;
  try {
    const reports = (await store.allReports()).sort((one, other) => one.at - other.at);
    let signedOut = false;
    for (const report of reports) {
      if (!isOurs(report) || (signedOut && report.signIn)) continue;
      if (report.last && (await othersOf(report)).length) continue;
      const due = report.state === "waiting" && !(report.next > Date.now());
      const orphaned = report.state === "sending" && report.lease < Date.now();
      if (due || orphaned) signedOut = (await sendNow(report)).signIn || signedOut;
    }
  } catch (error) {
    // the phone's store is closed to us: nothing can wait in it either
  } finally {
    running = false;
  }
}

// An interview goes from any page: whoever has signed in again may never come back to its own.
function isOurs(report) {
  return report.kind === VISIT ? official : !official || ofOfficial(report.address);
}

export function ofOfficial(address) {
  return /^(https?:\/\/[^/]+)?\/staff\//.test(address);
}

// What was written on the same page and is not sent yet: it goes before the sheet as a whole.
export async function othersOf(report) {
  return (await store.allReports()).filter((other) => other.kind === VISIT && other.page === report.page && other.key !== report.key);
}

export async function sendNow(report) {
  const photos = await store.photosOf(report.key);
  await change(report, { state: "sending", lease: Date.now() + LEASE });
  const result = await transmit(report, photos, () => {});
  if (result.outcome === "done") await finish(report, result.receipt);
  else if (result.signIn) await change(report, { state: "waiting", next: 0, signIn: true, problem: result.detail || faultOf(result.html) });
  else if (result.outcome === "refused") await refuse(report, result);
  else await putOff(report, result.wait);
  return result;
}

// What was written since lies in the outbox under the key that the server's page gave it, and waits
// for the person: to send it would make a second report.
async function refuse(report, result) {
  const problem = result.detail || faultOf(result.html);
  const other = otherOf(result.html);
  if (!other) return change(report, { state: "stuck", problem });
  return part(report, other, { state: "stuck", problem });
}

// The server has had another report under this key: that one has arrived, with the photos that went
// with it; the bytes of all of them stay for the new one.
export async function part(report, other, values) {
  const photos = await store.photosOf(report.key);
  for (const photo of photos) {
    const token = other.gone.indexOf(photo.token) < 0 ? photo.token : "";
    if (token || photo.bytes.byteLength) await store.putPhoto(Object.assign({}, photo, { id: newKey(), key: other.key, token }));
  }
  const fields = report.fields.map((pair) => (pair[0] === "client_key" ? [pair[0], other.key] : pair));
  await store.putReport(Object.assign({}, report, values, { key: other.key, fields }));
  await finish(Object.assign(report, { parted: true }), other.receipt);
}

export async function finish(report, receipt) {
  if (report.forget) { // an anonymous answer leaves no trace in the phone
    await store.deleteReport(report.key);
    tell();
    return;
  }
  await change(report, { state: "sent", receipt: receipt.replace(/\?new=1$/, ""), problem: "", sentAt: Date.now(), fields: [] });
  await store.deletePhotosOf(report.key);
}

async function putOff(report, wait) {
  const tries = (report.tries || 0) + 1;
  const seconds = wait || Math.min(LONGEST_WAIT, 10 * Math.pow(2, tries));
  await change(report, { state: "waiting", signIn: false, problem: "", tries, next: Date.now() + seconds * 1000 });
}

// Renews the claim on a report while it is being sent, so that no other page takes it over.
async function claim(report) {
  if (report.lease - Date.now() > LEASE / 2) return;
  report.lease = Date.now() + LEASE;
  await store.putReport(report).catch(() => {});
}

// Sends the photos that have no token yet, then the form. `photos` are records of the store;
// onStep(index of the photo or -1 for the form, percent) says how far it is; take(index, onPercent)
// gives {promise, percent} of an upload that is under way already. Photos that waited so long that
// the server has forgotten them go once more.
export async function transmit(report, photos, onStep, take = () => null) {
  const refused = await sendPhotos(report, photos, onStep, take);
  if (refused) return refused;
  const result = await sendForm(report, photos, onStep);
  const gone = result.outcome === "refused" && !otherOf(result.html) ? goneOf(result.html) : [];
  if (!gone.length) return result;
  const lost = await forgetTokens(photos, gone, faultOf(result.html));
  return lost || (await sendPhotos(report, photos, onStep, () => null)) || sendForm(report, photos, onStep);
}

// Gives what ends the sending, nothing when every photo is through.
async function sendPhotos(report, photos, onStep, take) {
  for (let i = 0; i < photos.length; i += 1) {
    const photo = photos[i];
    if (photo.token || photo.detail) continue;
    const onPercent = (percent) => { onStep(i, percent); claim(report); };
    const taken = take(i, onPercent);
    onStep(i, taken ? taken.percent : 0);
    const blob = new Blob([photo.bytes], { type: photo.type });
    const sending = taken || upload(report.upload, { blob, name: photo.name, facts: photo.facts }, onPercent);
    const result = await sending.promise;
    if (result.outcome === "done") photo.token = result.answer.token;
    else if (result.outcome === "refused" && !result.signIn) photo.detail = result.detail || "-";
    else return result;
    await store.putPhoto(photo).catch(() => {});
    if (photo.detail && report.kind === "checkin") continue; // the day counts also without its photo
    if (photo.detail) return { outcome: "refused", detail: photo.detail, photo: i };
  }
  return null;
}

function sendForm(report, photos, onStep) {
  onStep(-1, 0);
  const tokens = photos.filter((photo) => photo.token).map((photo) => [report.tokenName, photo.token]);
  return post(report.address, report.fields.concat(tokens));
}

// A photo of which the phone has no picture either can only be taken anew: that is a refusal.
async function forgetTokens(photos, gone, words) {
  let lost = null;
  for (let i = 0; i < photos.length; i += 1) {
    const photo = photos[i];
    if (gone.indexOf(photo.token) < 0) continue;
    photo.token = "";
    if (!photo.bytes.byteLength) {
      photo.detail = words || "-";
      lost = lost || { outcome: "refused", detail: photo.detail, photo: i };
    }
    await store.putPhoto(photo).catch(() => {});
  }
  return lost;
}

function goneOf(html) {
  const root = new DOMParser().parseFromString(html || "", "text/html").querySelector("[data-gone]");
  return root ? root.getAttribute("data-gone").split(" ") : [];
}

// The report that has arrived under the key of a refused one: {receipt, key for the refused one, gone}.
export function otherOf(html) {
  const page = new DOMParser().parseFromString(html || "", "text/html");
  const first = page.querySelector("[data-first]");
  const key = page.querySelector("form[data-report] [name=client_key]");
  return first && key ? { receipt: first.getAttribute("data-first"), key: key.value, gone: goneOf(html) } : null;
}

// The first fault that the server's page names, else what it says on the whole.
export function faultOf(html) {
  const page = new DOMParser().parseFromString(html || "", "text/html");
  const found = page.querySelector(".wf-error") || page.querySelector("[data-faults] li") || page.querySelector("[data-faults] b, .weui-msg__desc");
  return found ? found.textContent.trim() : "";
}

// A form that came back with nothing written and nothing photographed is no draft.
export function isEmpty(report) {
  const words = report.fields.some((pair) => /^(words|spot|phone)$/.test(pair[0]) && pair[1].trim());
  return report.state === "editing" && !report.title && !report.photos && !words;
}

// Receipts and unfinished reports stay a month for finding them again; photos of a form that was left go after two days.
async function sweep() {
  const reports = await store.allReports();
  const known = {};
  for (const report of reports) {
    known[report.key] = true;
    const old = report.state === "sent" && report.sentAt < Date.now() - SENT_DAYS * DAY;
    const left = report.state === "editing" && report.at < Date.now() - (isEmpty(report) ? DRAFT_DAYS : SENT_DAYS) * DAY;
    if (old || left) await store.deleteReport(report.key);
  }
  const keys = await store.photoStubs();
  for (const stub of keys) {
    if (!known[stub.key] && stub.at < Date.now() - DRAFT_DAYS * DAY) await store.deletePhoto(stub.id);
  }
}
