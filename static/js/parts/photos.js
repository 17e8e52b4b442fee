// The photo picker: chosen photos are kept in the phone, shrunk, and sent one after the other, each
// with its state in words. What is sent stands in the form as a hidden token.
import { all, fromTemplate, noteAt, readBlob, say, show, showState } from "./page.js";
import { newKey } from "./key.js";
import { prepare } from "./shrink.js";
import { upload } from "./send.js";
import * as store from "./store.js";

const WAITS = [4, 15, 30, 60];

// `key` is the report's client key, under which photos survive a closed page if `keep`.
// Returns {items, restored, stop, take, resume, show}; an item is {id, blob, name, facts, token, state,
// percent, detail, raw}: raw while it is as the camera made it.
export function helpPhotos(root, key, keep) {
  const picker = { root, key, keep, items: [], working: null, paused: false, tries: 0, timer: 0 };
  root.setAttribute("data-live", "");
  all(root, "input[type=file]").forEach((input) => {
    input.removeAttribute("name"); // the tokens go with the form, not the files
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      input.value = "";
      add(picker, files);
    });
  });
  addEventListener("online", () => retryAll(picker));
  picker.restored = restore(picker);
  picker.stop = () => stop(picker);
  picker.take = take;
  // The next person on the same page begins without photos; those of before belong to the outbox.
  picker.restart = (next) => {
    picker.key = next;
    picker.items.splice(0).forEach((item) => item.row.remove());
    picker.resume();
  };
  picker.show = (item, values) => draw(picker, Object.assign(item, values));
  picker.resume = () => { picker.paused = false; work(picker); };
  return picker;
}

async function restore(picker) {
  const known = all(picker.root, "li[data-token]");
  const saved = picker.keep ? await store.photosOf(picker.key).catch(() => []) : [];
  saved.forEach((photo) => {
    const blob = photo.bytes.byteLength ? new Blob([photo.bytes], { type: photo.type }) : null;
    const state = photo.token ? "done" : photo.detail ? "bad" : "wait";
    enter(picker, Object.assign({}, photo, { bytes: null, blob, state, percent: 0, saved: true }));
  });
  known.forEach((row) => {
    const token = row.getAttribute("data-token");
    row.remove();
    if (saved.some((photo) => photo.token === token)) return;
    enter(picker, { id: newKey(), blob: null, name: "", facts: {}, token, state: "done", percent: 100 });
  });
  tellLeft(picker);
  work(picker);
}

function add(picker, files) {
  const most = Number(picker.root.getAttribute("data-most"));
  noteAt(picker.root.closest("form"), "");
  const room = Math.max(0, most - picker.items.length);
  files.slice(0, room).forEach((file) => {
    enter(picker, { id: newKey(), blob: file, raw: true, name: file.name || "photo.jpg", facts: {}, token: "", state: "wait", percent: 0, at: Date.now() + picker.items.length });
  });
  if (files.length > room) announce(picker, say(picker.root, "most", most));
  picker.root.dispatchEvent(new CustomEvent("wf:changed", { bubbles: true }));
  work(picker);
}

function enter(picker, item) {
  item.row = fromTemplate(picker.root, "[data-photo-item]");
  picker.root.querySelector("[data-photo-list]").appendChild(item.row);
  item.row.querySelector(".wf-up__x").addEventListener("click", () => remove(picker, item));
  item.row.querySelector(".wf-up__retry").addEventListener("click", () => { picker.tries = 0; retry(item); work(picker); });
  picker.items.push(item);
  preview(item);
  number(picker);
  draw(picker, item);
}

function preview(item) {
  const image = item.row.querySelector("img");
  if (!item.blob) return;
  if (item.address) URL.revokeObjectURL(item.address);
  item.address = URL.createObjectURL(item.blob);
  image.onload = () => { show(image, true); item.row.querySelector(".wf-photo .wf-i").setAttribute("class", "wf-hide"); };
  image.onerror = () => {
    // A photo that this browser cannot show (HEIC) is known by its name.
    const name = item.row.querySelector(".wf-up__name");
    name.textContent = item.name;
    show(name, true);
  };
  image.src = item.address;
}

function number(picker) {
  picker.items.forEach((item, index) => {
    const n = index + 1;
    item.row.querySelector("img").alt = say(picker.root, "photo", n);
    item.row.querySelector(".wf-up__x").setAttribute("aria-label", say(picker.root, "remove", n));
    item.row.querySelector(".wf-up__retry").setAttribute("aria-label", say(picker.root, "retry", n));
    item.row.querySelector(".wf-up__bar").setAttribute("aria-label", say(picker.root, "bar", n));
  });
}

function draw(picker, item) {
  const row = item.row;
  row.className = { wait: "wf-is-wait", send: "wf-is-wait", fail: "wf-is-fail", bad: "wf-is-fail" }[item.state] || "";
  showState(row, item.state);
  show(row.querySelector(".wf-up__retry"), item.state === "fail");
  const bar = row.querySelector(".wf-up__bar");
  show(bar, item.state === "send");
  bar.setAttribute("aria-valuenow", item.percent);
  bar.querySelector("rect").setAttribute("width", item.percent);
  row.querySelector("[data-when=send] span").textContent = say(picker.root, "percent", item.percent);
  row.querySelector("[data-when=bad] span").textContent = item.detail || "";
  const field = row.querySelector("input[type=hidden]");
  if (item.token && !field) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = picker.root.getAttribute("data-token-name");
    hidden.value = item.token;
    row.appendChild(hidden);
  } else if (field) {
    field.value = item.token;
  }
}

async function remove(picker, item) {
  const index = picker.items.indexOf(item);
  picker.items.splice(index, 1);
  if (item.sending) item.sending.cancel();
  if (item.address) URL.revokeObjectURL(item.address);
  item.row.remove();
  number(picker);
  announce(picker, say(picker.root, "removed", index + 1));
  noteAt(picker.root.closest("form"), "");
  tellLeft(picker);
  if (item.point) tellPoints(picker);
  // The focus goes to the neighbour, else to the button that adds.
  const next = picker.items[Math.min(index, picker.items.length - 1)];
  (next ? next.row.querySelector(".wf-up__x") : picker.root.querySelector(".wf-up__add input")).focus();
  if (picker.keep) await store.deletePhoto(item.id).catch(() => {});
}

function retry(item) {
  if (item.state === "fail") item.state = "wait";
}

function retryAll(picker) {
  picker.tries = 0;
  picker.items.forEach(retry);
  work(picker);
}

// Begins no further upload and leaves every photo small and ready, for whoever sends them now. The
// one that is under way goes on: what a weak signal has carried is not thrown away.
async function stop(picker) {
  picker.paused = true;
  clearTimeout(picker.timer);
  for (const item of picker.items) {
    if (item.raw) await make(picker, item);
    draw(picker, item);
  }
}

// Gives the item's upload under way to whoever sends it now: {promise, percent}, null without one.
function take(item, onPercent) {
  if (!item.sending) return null;
  item.watch = onPercent;
  return { promise: item.sending.promise, percent: item.percent };
}

function work(picker) {
  if (picker.working || picker.paused) return;
  clearTimeout(picker.timer);
  picker.working = sendAll(picker).then(() => {
    picker.working = null;
    later(picker);
    picker.root.dispatchEvent(new CustomEvent("wf:settled"));
  });
}

// One at a time: on a weak signal two halves are worth less than one whole.
async function sendAll(picker) {
  for (;;) {
    const item = picker.items.find((one) => one.state === "wait");
    if (!item || picker.paused) break;
    await handle(picker, item);
    tellLeft(picker);
  }
}

function later(picker) {
  if (!picker.paused && picker.items.some((item) => item.state === "fail")) {
    const wait = WAITS[Math.min(picker.tries, WAITS.length - 1)];
    picker.tries += 1;
    picker.timer = setTimeout(() => { picker.items.forEach(retry); work(picker); }, wait * 1000);
  }
}

async function handle(picker, item) {
  item.state = "send";
  draw(picker, item);
  if (item.raw) await make(picker, item);
  if (item.state === "send" && picker.paused) item.state = "wait";
  if (item.state !== "send" || picker.items.indexOf(item) < 0) return draw(picker, item);
  item.sending = upload(picker.root.getAttribute("data-upload"), item, (percent) => {
    item.percent = percent;
    draw(picker, item);
    if (item.watch) item.watch(percent);
  });
  const result = await item.sending.promise;
  if (result.outcome !== "done") item.sending = null;
  if (picker.items.indexOf(item) < 0) return undefined;
  await settle(picker, item, result);
  return draw(picker, item);
}

function make(picker, item) {
  if (!item.making) item.making = shrink(picker, item);
  return item.making;
}

async function shrink(picker, item) {
  const made = await prepare(item.blob);
  item.raw = false;
  item.facts = made.facts;
  // The place is asked about at once, not when a weak signal has carried the photo.
  if (made.exif.lat !== undefined) tellPosition(picker, item, { lat: Number(made.exif.lat), lon: Number(made.exif.lon) });
  const most = Number(picker.root.getAttribute("data-most-bytes"));
  if (made.blob.size > most) {
    item.state = "bad";
    item.detail = say(picker.root, "big", Math.round(most / 1048576));
    return;
  }
  item.blob = made.blob;
  await save(picker, item);
}

async function settle(picker, item, result) {
  if (result.outcome === "done") {
    item.state = "done";
    item.token = result.answer.token;
    picker.tries = 0;
    if (picker.paused) return; // whoever has taken it keeps the token
    if (typeof result.answer.lat === "number") tellPosition(picker, item, result.answer);
    await save(picker, item);
  } else if (result.outcome === "refused") {
    item.state = "bad";
    item.detail = result.detail || say(picker.root, "bad");
    await save(picker, item);
  } else {
    item.state = picker.paused ? "wait" : "fail";
  }
}

function tellPosition(picker, item, answer) {
  item.point = { lat: answer.lat, lon: answer.lon };
  tellPoints(picker);
}

// Where the photos were taken, in their order: a photo that is removed takes its position with it.
function tellPoints(picker) {
  const points = picker.items.filter((item) => item.point).map((item) => item.point);
  picker.root.dispatchEvent(new CustomEvent("wf:positions", { bubbles: true, detail: points }));
}

// Rejections are the phone's: without its store photos live as long as the page.
async function save(picker, item) {
  if (!picker.keep) return;
  item.saved = await store.putPhoto(await record(item, picker.key)).then(() => true, () => false);
}

export async function record(item, key) {
  const blob = item.blob || new Blob([]); // a token that came with the page has no picture here
  return {
    id: item.id, key, name: item.name, type: blob.type, facts: item.facts, at: item.at || Date.now(),
    token: item.token, detail: item.detail || "", point: item.point || null, bytes: await readBlob(blob, "ArrayBuffer"),
  };
}

// The bar below the form says how many are left; a live region says when all are through.
function tellLeft(picker) {
  const left = picker.items.filter((item) => ["wait", "send", "fail"].indexOf(item.state) >= 0).length;
  noteAt(picker.root.closest("form"), left ? say(picker.root, "left", left) : "", true);
  if (!left && picker.items.length) announce(picker, say(picker.root, "all", picker.items.length));
}

function announce(picker, words) {
  const status = picker.root.querySelector("[data-photo-status]");
  if (status.textContent !== words) status.textContent = words;
}

// For forms that go the plain way: they wait until every photo is through.
export function waitForPhotos(form, picker, hold, free) {
  const left = () => picker.items.some((item) => item.state === "wait" || item.state === "send");
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !left()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter || document.activeElement;
    hold(form);
    picker.root.addEventListener("wf:settled", () => {
      free(form);
      const lost = picker.items.some((item) => item.state !== "done");
      if (lost || !pressed || pressed.form !== form) return; // the photo itself says what is wrong
      pressed.click();
    }, { once: true });
  }, true);
}
