// Small helps that every part uses.

export function all(root, selector) {
  return Array.from(root.querySelectorAll(selector));
}

// The words of a page stand in data-say-… attributes, with {n} for the number.
export function say(root, name, n) {
  return (root.getAttribute(`data-say-${name}`) || "").replace("{n}", n);
}

export function show(element, visible) {
  if (element) element.hidden = !visible;
}

// The line at the button of a form. What became of a sending stays there until the next one, or until
// the photos are changed: a mere count (`passing`) never takes its place.
export function noteAt(form, words, passing = false) {
  const line = form && form.querySelector("[data-act-note]");
  if (!line || (passing && line.hasAttribute("data-told"))) return;
  line.toggleAttribute("data-told", !passing && Boolean(words));
  if (line.textContent !== words) line.textContent = words;
  show(line, Boolean(words));
}

// Shows the one child with data-when=state and hides the others.
export function showState(root, state) {
  all(root, "[data-when]").forEach((child) => show(child, child.getAttribute("data-when") === state));
}

export function fromTemplate(root, selector) {
  const template = root.querySelector(selector);
  return document.importNode(template.content, true).firstElementChild;
}

// A blob as `kind`: ArrayBuffer or DataURL. Blob.arrayBuffer is missing in Safari 13.
export function readBlob(blob, kind) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader[`readAs${kind}`](blob);
  });
}

// Puts the `main` of a page from the server in the place of ours, if it holds `selector`, and gives
// it; gives null where it does not.
export function readMain(html, selector) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh || !fresh.querySelector(selector)) return null;
  const main = document.querySelector("main");
  const here = document.importNode(fresh, true);
  main.parentNode.replaceChild(here, main);
  document.title = page.title;
  return here;
}
