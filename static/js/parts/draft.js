// A report lies in the phone from its first photo or word, so that a page that is closed, or that
// WeChat ends while the camera is open, takes nothing with it.
import { show } from "./page.js";
import { isEmpty, tell } from "./queue.js";
import * as store from "./store.js";

const PAUSE = 400;

// `make` gives the report as it would be sent now.
export function keepDraft(form, make) {
  let timer = 0;
  let kept = false;
  const save = () => {
    const report = Object.assign(make(), { state: "editing" });
    if (form.hasAttribute("data-sending") || !form.isConnected || (isEmpty(report) && !kept)) return;
    kept = true;
    store.putReport(report).then(tell, () => {});
  };
  ["input", "change", "wf:changed"].forEach((kind) => form.addEventListener(kind, () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }));
}

// Whoever begins anew is told of what was not finished.
export async function offerDraft(form, key) {
  const offer = form.closest("main").querySelector("[data-unfinished]");
  const reports = await store.allReports().catch(() => []);
  const mine = reports.filter((report) => report.state === "editing" && report.upload && report.key !== key && !isEmpty(report));
  if (!offer || !mine.length) return;
  const newest = mine.sort((one, other) => other.at - one.at)[0];
  offer.querySelector("a").href = `${form.getAttribute("action")}?draft=${encodeURIComponent(newest.key)}`;
  show(offer, true);
}
