// The page of 分类查询: keeps the dictionary, draws what is found, tells the editors what was not.
import { all, show } from "./page.js";
import { find, normalised, prepare } from "./dictionary.js";
import { register } from "./worker.js";

const THINKS = 1500; // who has typed nothing for so long means it
const LOOKS = 1500;
const told = {};

export function startSorting(root) {
  all(root, "form[data-sorting]").forEach(start);
}

async function start(form) {
  const page = partsOf(form);
  register(form.getAttribute("data-worker"), "/sorting");
  let dictionary = null;
  let waiting = 0;
  const answer = () => {
    clearTimeout(waiting);
    if (dictionary) waiting = draw(page, dictionary, form);
  };
  page.field.addEventListener("input", answer);
  form.addEventListener("submit", (event) => {
    if (!dictionary) return;
    event.preventDefault();
    answer();
    page.field.blur(); // the keyboard makes room for the answer
  });
  await needed(page.field);
  try {
    const response = await fetch(form.getAttribute("data-sorting"), { credentials: "omit" });
    if (!response.ok) return;
    dictionary = prepare(await response.json());
  } catch (error) {
    return; // the form still asks the server
  }
  form.setAttribute("data-ready", "");
  if (page.field.value && document.activeElement === page.field) answer();
}

// The page first: the dictionary is as heavy as the page, and is fetched when somebody is about to
// type, or has looked at the page for a moment.
function needed(field) {
  if (document.activeElement === field) return Promise.resolve();
  return new Promise((resolve) => {
    field.addEventListener("focus", resolve, { once: true });
    const soon = () => setTimeout(resolve, LOOKS);
    if (document.readyState === "complete") soon();
    else addEventListener("load", soon);
  });
}

function partsOf(form) {
  const main = form.closest("main");
  const one = (name) => main.querySelector(`[data-sorting-${name}]`);
  return { field: form.elements.q, main, list: one("list"), near: one("near"), none: one("none"), guide: one("guide"), item: one("item"), miss: one("miss") };
}

function draw(page, dictionary, form) {
  const words = page.field.value;
  const places = find(dictionary, words);
  const sure = places.length && fits(dictionary, words, places[0]);
  page.list.textContent = "";
  places.forEach((place) => page.list.appendChild(line(page, dictionary.items[place])));
  const typed = normalised(words).length > 0;
  show(page.near, Boolean(places.length) && !sure);
  show(page.none, typed && !places.length);
  show(page.guide, !typed);
  if (page.miss) page.miss.elements.words.value = words;
  return typed && !sure ? setTimeout(() => tell(form.getAttribute("data-misses"), words), THINKS) : 0;
}

// A slip is offered only where nothing fits, so a first thing that does not fit means that none does.
function fits(dictionary, words, place) {
  const one = { items: [dictionary.items[place]], english: [dictionary.english[place]], forms: [dictionary.forms[place]], readings: dictionary.readings };
  return find(one, words, false).length > 0;
}

function line(page, item) {
  const element = document.importNode(page.item.content, true).firstElementChild;
  const english = document.documentElement.lang === "en";
  put(element, "name", item[0]);
  put(element, "other", english ? item[8] : item[1].split("|").join(" · "));
  put(element, "kind", words(page.main, "kind", item[3]));
  put(element, "second", words(page.main, "second", item[5]));
  put(element, "tip", item[6]);
  put(element, "note", item[7]);
  [["town", item[2]], ["first", item[4]]].forEach((pair) => {
    const face = page.main.querySelector(`template[data-face="${pair[1]}"]`);
    element.querySelector(`[data-slot=${pair[0]}]`).appendChild(document.importNode(face.content, true));
  });
  return element;
}

function put(element, slot, text) {
  const place = element.querySelector(`[data-slot=${slot}]`);
  place.textContent = text;
  show(place, Boolean(text));
}

function words(main, kind, name) {
  const found = name && main.querySelector(`template[data-${kind}="${name}"]`);
  return found ? found.content.textContent : name;
}

// Only the words go, nothing of who asked; each once per visit, and never what cannot be sent.
function tell(address, text) {
  const asked = text.trim();
  if (normalised(asked).length < 2 || told[asked] || navigator.onLine === false) return;
  told[asked] = true;
  fetch(address, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ words: asked }) }).catch(() => {});
}
