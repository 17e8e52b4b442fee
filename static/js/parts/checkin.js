// 打卡, and what sorters and road chiefs note down on the way: put into the outbox before it is sent,
// with the day on which it was tapped, so that it counts for that day whenever a signal comes back.
import { all, show } from "./page.js";
import { free, hold, valuesOf } from "./form.js";
import { newKey } from "./key.js";
import { LEASE, finish, tell } from "./queue.js";
import { post } from "./send.js";
import * as store from "./store.js";
import { register } from "./worker.js";

export function helpCheckins(root) {
  all(root, "form[data-checkin]").forEach((form) => {
    register(form.getAttribute("data-checkin"), form.getAttribute("data-scope") || "/checkin");
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      send(form);
    });
  });
}

// The day in the district (UTC+8, no summer time), whatever zone the phone is set to.
function districtDay() {
  return new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
}

async function send(form) {
  const none = form.querySelector("[data-checkin-none]");
  const missing = none && !form.querySelector("[name=bins]:checked");
  show(none, missing);
  if (missing || form.hasAttribute("data-sending")) return;
  form.setAttribute("data-sending", "");
  hold(form);
  form.elements.claimed_on.value = districtDay();
  // A page that the phone keeps is opened more than once without a signal.
  if (form.hasAttribute("data-many")) form.elements.client_key.value = newKey();
  const item = {
    key: form.elements.client_key.value, state: "sending", lease: Date.now() + LEASE, at: Date.now(), tries: 0,
    kind: "checkin", address: form.action, title: form.getAttribute("data-title"), fields: valuesOf(form),
  };
  const stored = await store.putReport(item).then(() => true, () => false);
  const result = await post(item.address, item.fields);
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
