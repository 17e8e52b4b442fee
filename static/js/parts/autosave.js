// A form that saves itself at each change: form[data-autosave=address] posts its fields as JSON and
// says in [data-act-note] when that arrived. Its own button goes on working.
import { valuesOf } from "./form.js";
import { all } from "./page.js";

const PAUSE = 800;

export function helpAutosave(root) {
  all(root, "form[data-autosave]").forEach(watch);
}

function watch(form) {
  let timer = 0;
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(() => { save(form); }, pause);
  };
  form.addEventListener("change", () => { later(0); });
  form.addEventListener("input", () => { later(PAUSE); });
  form.addEventListener("submit", () => { clearTimeout(timer); });
}

function save(form) {
  const body = {};
  valuesOf(form).forEach((pair) => { if (pair[1] !== "") body[pair[0]] = pair[1]; });
  fetch(form.getAttribute("data-autosave"), {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  })
    .then((answer) => answer.json().then((said) => { tell(form, answer.ok ? said.words : said.detail); }))
    .catch(() => { tell(form, form.getAttribute("data-say-offline")); });
}

function tell(form, words) {
  const note = form.querySelector("[data-act-note]") || document.querySelector("[data-act-note]");
  if (!note || !words) return;
  note.textContent = words;
  note.hidden = false;
}
