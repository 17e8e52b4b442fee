// 待发送: the list of what waits in this phone, and how many on the tab bar.
import { all, fromTemplate, readBlob, say, show, showState } from "./page.js";
import { askFirst } from "./form.js";
import { VISIT, isEmpty, runQueue, sendNow, tell } from "./queue.js";
import * as store from "./store.js";

const DAY = 86400000;
const MARKUP = "wf-waiting-list";

export function helpWaiting(root) {
  all(root, "[data-waiting]").forEach((list) => {
    remember(list);
    list.addEventListener("click", (event) => act(list, event));
    ["online", "offline"].forEach((kind) => addEventListener(kind, () => { if (list.isConnected) draw(list); }));
    document.addEventListener("wf:queue", () => { if (list.isConnected) draw(list); });
    draw(list);
  });
  all(root, "[data-waiting-count]").forEach((badge) => {
    document.addEventListener("wf:queue", () => count(badge));
    count(badge);
  });
}

// The list as it came, for opening it where there is no signal: whoever has something waiting has
// been on a page that holds it.
export function remember(list) {
  try {
    localStorage.setItem(MARKUP, list.outerHTML);
  } catch (error) {
    // then the banner offers no list
  }
}

function recall() {
  try {
    return localStorage.getItem(MARKUP);
  } catch (error) {
    return null;
  }
}

// The banner's way to the list leads nowhere without a signal: it opens within the page.
export function helpOffline(root) {
  const banner = root.querySelector("[data-offline]");
  if (!banner) return;
  const link = banner.querySelector("a");
  show(link, Boolean(recall()));
  link.addEventListener("click", (event) => {
    if (navigator.onLine !== false) return;
    event.preventDefault();
    if (!document.querySelector("[data-waiting]")) {
      const box = document.createElement("div");
      box.className = "wf-offline__list";
      box.innerHTML = recall();
      banner.parentNode.insertBefore(box, banner.nextSibling);
      helpWaiting(box);
    }
    const heading = document.querySelector("[data-waiting] h2");
    heading.setAttribute("tabindex", "-1");
    heading.focus();
    heading.scrollIntoView();
  });
}

async function reports() {
  const found = await store.allReports().catch(() => []);
  return found.filter((report) => !isEmpty(report) && report.kind !== VISIT).sort((one, other) => other.at - one.at);
}

async function count(badge) {
  const n = (await reports()).filter((report) => report.state !== "sent").length;
  badge.textContent = n;
  badge.setAttribute("aria-label", badge.getAttribute("data-waiting-count").replace("{n}", n));
  show(badge, n > 0);
}

async function draw(list) {
  const found = await reports();
  const sent = found.filter((report) => report.state === "sent");
  await lay(list, "[data-waiting-list]", found.filter((report) => report.state !== "sent"));
  await lay(list, "[data-sent-list]", sent);
  show(list.querySelector("[data-waiting-empty]"), found.length === sent.length);
  const folded = list.querySelector("[data-sent]");
  // What went off by itself today is news and lies open.
  if (folded.hidden && sent.some((report) => report.sentAt > Date.now() - DAY)) folded.open = true;
  show(folded, sent.length > 0);
}

async function lay(list, selector, found) {
  const rows = [];
  for (const report of found) rows.push(await row(list, report));
  const box = list.querySelector(selector);
  box.textContent = "";
  rows.forEach((one) => box.appendChild(one));
}

async function row(list, report) {
  const element = fromTemplate(list, "[data-waiting-item]");
  const photos = await store.photosOf(report.key).catch(() => []);
  element.setAttribute("data-key", report.key);
  element.querySelector(".wf-case__what").textContent = report.title || say(list, "untitled");
  const written = new Date(report.at).toLocaleString(document.documentElement.lang, { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
  element.querySelector(".wf-case__meta").textContent = report.state === "sent" || report.page ? written : `${written} · ${say(list, "photos", Math.max(photos.length, report.photos || 0))}`;
  showState(element, report.signIn && report.state === "waiting" ? "signin" : report.state);
  const problem = element.querySelector("[data-problem]");
  problem.textContent = report.problem || "";
  show(problem, report.state === "stuck" || Boolean(report.signIn && report.state === "waiting"));
  picture(element, photos[0]);
  const open = report.state === "waiting" || report.state === "stuck" || report.state === "editing";
  show(element.querySelector("[data-now]"), report.state === "waiting");
  const editable = open && report.kind !== "checkin"; // a check-in has nothing to change
  link(element, "[data-edit-link]", editable && (report.page || `${list.getAttribute("data-edit")}?draft=${encodeURIComponent(report.key)}`));
  link(element, "[data-receipt]", report.state === "sent" && report.receipt);
  show(element.querySelector("[data-export]"), open);
  show(element.querySelector("[data-delete]"), report.state !== "sending");
  return element;
}

function link(element, selector, address) {
  const found = element.querySelector(selector);
  if (address) found.href = address;
  // Without a signal a link leads out of the site.
  show(found, Boolean(address) && navigator.onLine !== false);
}

function picture(element, photo) {
  if (!photo) return;
  const image = element.querySelector("img");
  image.onload = () => { show(image, true); URL.revokeObjectURL(image.src); };
  image.src = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
}

async function act(list, event) {
  const button = event.target.closest("button");
  const element = event.target.closest("[data-key]");
  if (!button || !element) return;
  const key = element.getAttribute("data-key");
  if (button.hasAttribute("data-now")) {
    await sendNow(await store.getReport(key));
    runQueue();
  } else if (button.hasAttribute("data-export")) {
    await save(list, await store.getReport(key));
  } else if (button.hasAttribute("data-delete") && (await askFirst(say(list, "delete")))) {
    await store.deleteReport(key);
    tell();
  }
}

// The whole draft as one file: for another phone, or for handing in by other ways.
async function save(list, report) {
  const photos = await store.photosOf(report.key);
  const draft = { format: "wufei-report-draft", version: 1, key: report.key, written_at: new Date(report.at).toISOString(), fields: report.fields, photos: [] };
  for (const photo of photos) {
    const data = await readBlob(new Blob([photo.bytes]), "DataURL");
    draft.photos.push({ name: photo.name, type: photo.type, facts: photo.facts, base64: data.slice(data.indexOf(",") + 1) });
  }
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob([JSON.stringify(draft)], { type: "application/json" }));
  anchor.download = `${say(list, "file")}-${report.key.slice(0, 8)}.json`;
  document.body.appendChild(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
}
