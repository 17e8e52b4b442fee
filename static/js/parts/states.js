// What becomes of the photos of a receipt: asked again with growing pauses until none is open, and
// a way to the picker from a photo that has to come once more.
import { all } from "./page.js";

const PAUSES = [2, 3, 5, 10, 20, 40, 60, 60];

export function helpStates(root) {
  all(root, "[data-watch]").forEach((box) => watch(box, 0));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-opens]");
    const folded = link && document.querySelector(link.getAttribute("href"));
    if (folded) folded.open = true;
  });
}

function watch(box, n) {
  if (n >= PAUSES.length) return;
  setTimeout(async () => {
    const fresh = await fetched(box.id).catch(() => null);
    const now = fresh && fresh.innerHTML !== box.innerHTML ? document.importNode(fresh, true) : box;
    if (now !== box) box.parentNode.replaceChild(now, box);
    if (now.hasAttribute("data-watch")) watch(now, n + 1);
  }, PAUSES[n] * 1000);
}

async function fetched(id) {
  const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  const html = response.ok ? await response.text() : "";
  return new DOMParser().parseFromString(html, "text/html").getElementById(id);
}
