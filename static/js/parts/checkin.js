// 打卡, and what sorters and road chiefs note down on the way: put into the outbox before it is sent,
// with the day on which it was tapped, so that it counts for that day whenever a signal comes back.
import { all, show } from "./page.js";
import { free, hold, valuesOf } from "./form.js";
import { newKey } from "./key.js";
import { helpPhotos, record } from "./photos.js";
import { LEASE, finish, tell, transmit } from "./queue.js";
import * as store from "./store.js";
import { register } from "./worker.js";

export function helpCheckins(root) {
  turn(root);
  root.addEventListener("visibilitychange", () => turn(root));
  all(root, "form[data-checkin]").forEach((form) => {
    register(form.getAttribute("data-checkin"), form.getAttribute("data-scope") || "/checkin");
    const begun = begin(form);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      begun.then((photos) => send(form, photos));
    });
  });
}

// What was done on the page's day is to be done again on the next, also on a page that was kept.
function turn(root) {
  const over = all(root, "[data-checkin-done]").filter((one) => one.getAttribute("data-checkin-done") !== districtDay());
  over.forEach((one) => {
    show(one, false);
    show(one.nextElementSibling, true);
  });
}

// A page that the phone keeps is opened more than once without a signal: what stands in the outbox
// under its key, and whatever was sent under it on the page's own day, is another day's, and stays. Gives the photos of the form, null without a picker.
async function begin(form) {
  const key = form.elements.client_key;
  const kept = form.hasAttribute("data-day") && form.getAttribute("data-day") !== districtDay();
  if (kept || await store.getReport(key.value).catch(() => null)) key.value = newKey();
  const box = form.querySelector("[data-photos]");
  return box ? helpPhotos(box, key.value, true) : null;
}

// The day in the district (UTC+8, no summer time), whatever zone the phone is set to.
function districtDay() {
  return new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
}

async function send(form, photos) {
  const none = form.querySelector("[data-checkin-none]");
  const missing = none && !form.querySelector("[name=bins]:checked");
  show(none, missing);
  if (missing || form.hasAttribute("data-sending")) return;
  form.setAttribute("data-sending", "");
  hold(form);
  if (photos) {
    await photos.restored;
    await photos.stop();
    const bad = photos.items.find((item) => item.state === "bad");
    if (bad) return back(form, photos, bad);
  }
  form.elements.claimed_on.value = districtDay();
  // What is noted down many times a day has a key each time.
  if (form.hasAttribute("data-many")) form.elements.client_key.value = newKey();
  const item = itemOf(form, photos);
  const records = photos ? await Promise.all(photos.items.map((one) => record(one, item.key))) : [];
  const stored = await put(item, records);
  const step = (index, percent) => {
    if (index >= 0) photos.show(photos.items[index], { state: "send", percent });
    records.forEach((photo, i) => { if (photo.token) photos.show(photos.items[i], { state: "done", token: photo.token }); });
  };
  const result = await transmit(item, records, step, (index, onPercent) => photos.take(photos.items[index], onPercent));
  return settle(form, photos, item, stored, result);
}

function itemOf(form, photos) {
  const item = {
    key: form.elements.client_key.value, state: "sending", lease: Date.now() + LEASE, at: Date.now(), tries: 0,
    kind: "checkin", address: form.action, title: form.getAttribute("data-title"), fields: valuesOf(form),
  };
  if (!photos) return item;
  return Object.assign(item, {
    upload: photos.root.getAttribute("data-upload"), tokenName: photos.root.getAttribute("data-token-name"), photos: photos.items.length,
  });
}

// Says whether the whole check-in lies safe in the phone.
async function put(item, records) {
  try {
    for (const photo of records) await store.putPhoto(photo);
    await store.putReport(item);
    return true;
  } catch (error) {
    return false;
  }
}

async function settle(form, photos, item, stored, result) {
  if (result.outcome === "done") {
    if (stored) await finish(item, result.receipt).catch(() => {});
    location.assign(result.receipt);
  } else if (result.outcome === "later" && stored) {
    await store.putReport(Object.assign(item, { state: "waiting", next: 0 }));
    tell();
    queued(item.key);
  } else {
    await store.deleteReport(item.key).catch(() => {});
    again(form);
  }
}

// A photo that cannot be used says so itself: it is taken out or changed for another.
function back(form, photos, bad) {
  form.removeAttribute("data-sending");
  photos.resume();
  free(form);
  bad.row.scrollIntoView({ block: "center" });
}

// The server has said no, or the phone keeps nothing: the plain form shows why.
function again(form) {
  form.removeAttribute("data-sending");
  free(form);
  form.submit();
}

function queued(key) {
  const main = document.querySelector("main");
  const content = document.importNode(document.querySelector("[data-checkin-queued]").content, true);
  main.textContent = "";
  main.appendChild(content);
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  heading.setAttribute("tabindex", "-1");
  heading.focus();
  document.addEventListener("wf:queue", async () => {
    const item = await store.getReport(key);
    if (item && item.state === "sent" && !document.hidden) location.assign(item.receipt);
  });
}
