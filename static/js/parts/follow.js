// The forms with photos on the reporter's own page: alive as the report itself, and sent from the
// page that stays, so that nothing is lost where there is no signal.
import { all, noteAt, readMain, say } from "./page.js";
import { focusFault, forget, free, helpForms, hold, valuesOf } from "./form.js";
import { helpPhotos, record } from "./photos.js";
import { faultOf, transmit } from "./queue.js";
import { helpTexts } from "./texts.js";
import * as store from "./store.js";

export function helpFollowing(root) {
  all(root, "form:not([data-report]):not([data-checkin]):not([data-survey])").forEach((form) => {
    if (form.querySelector("[data-photos]")) follow(form);
  });
}

function follow(form) {
  const key = new URL(form.action).pathname;
  const photos = helpPhotos(form.querySelector("[data-photos]"), key, true);
  photos.restored.then(() => {
    const folded = photos.root.closest("details");
    if (folded && photos.items.length) folded.open = true;
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (form.hasAttribute("data-sending")) return;
    form.setAttribute("data-sending", "");
    const words = form.querySelector("[data-follow-words]");
    send(form, key, photos, words).catch(() => say(words, "later")).then((said) => {
      if (said) back(form, photos, said);
    });
  });
}

function back(form, photos, words) {
  form.removeAttribute("data-sending");
  photos.resume();
  free(form);
  noteAt(form, words);
}

// Gives what is to be said at a form that stays, nothing when the page changes.
async function send(form, key, photos, words) {
  hold(form);
  noteAt(form, say(words, "sending"));
  await photos.restored;
  await photos.stop();
  if (photos.items.some((item) => item.state === "bad")) return say(words, "bad");
  const records = [];
  for (const item of photos.items) records.push(await record(item, key));
  const report = {
    // Nobody else takes this over.
    lease: Infinity, address: form.action, fields: valuesOf(form),
    upload: photos.root.getAttribute("data-upload"), tokenName: photos.root.getAttribute("data-token-name"),
  };
  const result = await transmit(report, records, (index, percent) => {
    photos.items.forEach((item, i) => {
      if (i === index) photos.show(item, { state: "send", percent });
      else if (records[i].token) photos.show(item, { state: "done", token: records[i].token });
    });
  }, (index, onPercent) => photos.take(photos.items[index], onPercent));
  return settle(form, key, photos, words, result);
}

async function settle(form, key, photos, words, result) {
  if (result.outcome === "done") {
    await store.deletePhotosOf(key).catch(() => {});
    forget(form.getAttribute("data-keep"));
    location.assign(result.receipt);
    return "";
  }
  if (result.outcome === "later") return say(words, "later");
  if (result.photo !== undefined) {
    photos.show(photos.items[result.photo], { state: "bad", detail: result.detail });
    return say(words, "bad");
  }
  const main = readMain(result.html, "[data-photos]");
  if (!main) return faultOf(result.html);
  helpForms(main);
  helpTexts(main);
  helpFollowing(main);
  focusFault(main);
  return "";
}
