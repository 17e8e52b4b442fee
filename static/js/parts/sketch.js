// A form whose result is drawn beside it while somebody types (surveys/line.html).
const QUIET = 350;

export function helpSketch(root) {
  const form = root.querySelector("form[data-sketch]");
  const paper = root.querySelector("[data-sketched]");
  if (!form || !paper) return;
  let waiting = 0;
  let newest = 0;
  const draw = async () => {
    newest += 1;
    const mine = newest;
    try {
      const answer = await fetch(form.getAttribute("data-sketch"), { method: "POST", body: new FormData(form), credentials: "same-origin" });
      // A slow answer to an older question draws nothing over a newer one.
      if (answer.ok && mine === newest) paper.innerHTML = await answer.text();
    } catch (error) {
      return; // No signal: the sketch stays as it was; saving says what is the matter.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, QUIET);
  });
  helpRows(form);
}

// The table of choices always has an empty row at its end.
function helpRows(form) {
  const body = form.querySelector("[data-more-rows]");
  if (!body) return;
  body.addEventListener("input", () => {
    const last = body.lastElementChild;
    if (!Array.from(last.querySelectorAll("input")).some((field) => field.value)) return;
    const more = last.cloneNode(true);
    more.querySelectorAll("input").forEach((field) => { field.value = ""; });
    body.appendChild(more);
  });
}
