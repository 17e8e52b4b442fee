// Open cases near the place of a new report, as soon as kind and position are known. It only offers:
// without a signal, or with an answer that is none, the form stays as it is.
import { show } from "./page.js";

const WAIT = 400; // ms, since a position comes in several fields

export function helpNear(form) {
  const box = form.querySelector("[data-near]");
  if (!box) return;
  let asked = "";
  let timer = 0;
  const look = async () => {
    const query = questionOf(form);
    if (query === asked) return;
    asked = query;
    if (!query) return draw(box, "");
    try {
      const response = await fetch(box.getAttribute("data-near") + query, { headers: { Accept: "text/html" } });
      const html = response.ok ? await response.text() : "";
      if (query === asked) draw(box, html);
    } catch (error) {
      draw(box, "");
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(look, WAIT); };
  form.addEventListener("change", later);
  form.addEventListener("wf:changed", later);
  later();
}

function questionOf(form) {
  const kind = form.querySelector("[name=kind]:checked");
  const lat = form.elements.namedItem("lat").value;
  const lon = form.elements.namedItem("lon").value;
  return kind && lat && lon ? `?kind=${kind.value}&lat=${lat}&lon=${lon}` : "";
}

function draw(box, html) {
  box.innerHTML = html; // made by the server, which escapes what people wrote
  show(box, Boolean(html.trim()));
}
