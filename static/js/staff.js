// Every page of officials.
import { helpCover } from "./parts/cover.js";
import { free, helpForms, hold } from "./parts/form.js";
import { helpHere } from "./parts/here.js";
import { helpPhotos, waitForPhotos } from "./parts/photos.js";
import { newKey } from "./parts/key.js";
import { startQueue } from "./parts/queue.js";
import { helpSketch } from "./parts/sketch.js";
import { helpTexts } from "./parts/texts.js";
import { helpVisits } from "./parts/visit.js";
import { forgetPages } from "./parts/worker.js";

helpForms(document);
helpTexts(document);
document.querySelectorAll("[data-photos]").forEach((root) => {
  waitForPhotos(root.closest("form"), helpPhotos(root, newKey(), false), hold, free);
});
document.querySelectorAll("[data-here]").forEach(helpHere);
// On a phone the states are a row that scrolls: the chosen one is in sight.
document.querySelectorAll(".wf-states [aria-current]").forEach((chip) => {
  const row = chip.parentElement;
  row.scrollLeft = chip.offsetLeft - (row.clientWidth - chip.offsetWidth) / 2;
});
helpCover(document);
helpSketch(document);
forgetPages(document);
helpVisits(document);
startQueue(true);
