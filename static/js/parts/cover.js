// Black boxes drawn on a photo by finger, pen or mouse; the rows of numbers are what is sent.
const SMALLEST = 0.5;
const SVG = "http://www.w3.org/2000/svg";
const NAMES = ["x", "y", "width", "height"];

export function helpCover(root) {
  const form = root.querySelector("[data-cover]");
  if (!form) return;
  const paper = form.querySelector("[data-cover-on]");
  const body = form.querySelector("[data-boxes]");
  const rows = () => Array.from(body.rows);
  const fields = (row) => NAMES.map((name) => row.querySelector(`[name=${name}]`));
  const read = (row) => fields(row).map((field) => parseFloat(field.value));
  const write = (row, box) => fields(row).forEach((field, at) => { field.value = box ? box[at].toFixed(1) : ""; });
  const free = () => rows().find((row) => fields(row).every((field) => !field.value)) || added(body);

  const draw = (box) => {
    const shape = document.createElementNS(SVG, "rect");
    NAMES.forEach((name, at) => shape.setAttribute(name, box[at]));
    paper.appendChild(shape);
    return shape;
  };
  const redraw = () => {
    paper.textContent = "";
    rows().map(read).filter((box) => box.every((part) => part >= 0)).forEach(draw);
  };

  let from = null;
  let shape = null;
  const place = (event) => {
    const frame = paper.getBoundingClientRect();
    const inside = (value) => Math.min(100, Math.max(0, value));
    return [inside((event.clientX - frame.left) / frame.width * 100), inside((event.clientY - frame.top) / frame.height * 100)];
  };
  const between = (one, other) => [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])];
  paper.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    from = place(event);
    shape = draw(between(from, from));
  });
  paper.addEventListener("pointermove", (event) => {
    if (!from) return;
    const box = between(from, place(event));
    NAMES.forEach((name, at) => shape.setAttribute(name, box[at]));
  });
  paper.addEventListener("pointerup", (event) => {
    if (!from) return;
    const box = between(from, place(event));
    from = null;
    if (box[2] >= SMALLEST && box[3] >= SMALLEST) write(free(), box);
    redraw();
  });
  paper.addEventListener("pointercancel", () => { from = null; redraw(); });
  body.addEventListener("input", redraw);
  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    write(button.closest("tr"), null);
    redraw();
  });
  redraw();
}

function added(body) {
  const row = body.lastElementChild.cloneNode(true);
  row.querySelectorAll("input").forEach((field) => { field.value = ""; });
  body.appendChild(row);
  return row;
}
