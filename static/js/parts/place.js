// The place of a report: from the phone's position (only when asked for), from a photo, or from the
// list. The server proposes, the person confirms.
import { all, fromTemplate, say, show } from "./page.js";

const GOOD_ENOUGH = 50; // metres: a village is larger
const LOCATE_PATIENCE = 12000;
const MOST = 30;
const SAME = 0.0001; // degrees, about ten metres
const APART = 0.005; // about five hundred
const FAR = 500; // metres from which the accuracy is said as a warning

export function helpPlace(root) {
  const form = root.closest("form");
  const place = { root, form, list: null, shown: [], at: -1, code: "", path: "", rejected: [], asked: 0, apart: false };
  place.field = (name) => form.elements.namedItem(name);
  takeSelect(place);
  helpTiles(place);
  const locate = root.querySelector("[data-locate]");
  if (locate) {
    if (window.isSecureContext && navigator.geolocation) locate.addEventListener("click", () => ask(place));
    else show(root.querySelector("[data-locate-row]"), false);
  }
  root.querySelector("[data-yes]").addEventListener("click", () => {
    choose(place, place.code, place.path, origin(place));
    root.querySelector("[data-change]").focus();
  });
  root.querySelector("[data-no]").addEventListener("click", () => openList(place));
  root.querySelector("[data-change]").addEventListener("click", () => openList(place));
  form.addEventListener("wf:positions", (event) => photoPositions(place, event.detail));
  form.addEventListener("focusin", () => load(place), { once: true });
  if (place.hidden.value) resume(place);
  else if (place.field("lat").value) propose(place);
  return place;
}

// The plain <select> gives way to a field that searches; its value lives on in a hidden field.
function takeSelect(place) {
  const select = place.root.querySelector("select");
  place.options = [];
  all(select, "optgroup").forEach((group) => {
    all(group, "option").forEach((option, index) => {
      const name = index ? option.textContent : group.label;
      place.options.push({ code: option.value, name, small: index ? group.label : "", text: `${name} ${group.label}`.toLowerCase() });
    });
  });
  place.hidden = document.createElement("input");
  place.hidden.type = "hidden";
  place.hidden.name = select.name;
  place.hidden.value = select.getAttribute("data-value") || select.value;
  const template = document.importNode(place.root.querySelector("[data-combo]").content, true);
  place.input = template.querySelector("input");
  place.listbox = template.querySelector("[role=listbox]");
  place.input.id = select.id;
  ["aria-invalid", "aria-describedby"].forEach((name) => {
    if (select.hasAttribute(name)) place.input.setAttribute(name, select.getAttribute(name));
  });
  select.parentNode.insertBefore(template, select);
  select.remove();
  place.root.appendChild(place.hidden);
  place.input.addEventListener("input", () => search(place));
  place.input.addEventListener("focus", () => { load(place).then(() => search(place)); });
  place.input.addEventListener("blur", () => setTimeout(() => closeList(place), 150));
  place.input.addEventListener("keydown", (event) => keyed(place, event));
  // mousedown, so that the field does not lose its focus first
  place.listbox.addEventListener("mousedown", (event) => event.preventDefault());
  place.listbox.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) take(place, Number(row.getAttribute("data-index")));
  });
}

// Towns as tiles; a tap shows the villages of one in their place.
function helpTiles(place) {
  const box = place.root.querySelector("[data-tiles]");
  const towns = all(box, "[data-town]");
  towns.forEach((tile) => tile.addEventListener("click", () => {
    const town = tile.getAttribute("data-town");
    const name = tile.textContent;
    box.textContent = "";
    addTile(box, say(place.root, "back"), () => {
      box.textContent = "";
      towns.forEach((one) => box.appendChild(one));
      tile.focus();
    });
    place.options.filter((one) => one.code.indexOf(town) === 0).forEach((one) => {
      const words = one.small ? one.name : say(place.root, "town", name);
      addTile(box, words, () => pick(place, one));
    });
    box.children[1].focus();
  }));
}

function addTile(box, words, act) {
  const tile = document.createElement("button");
  tile.type = "button";
  tile.textContent = words;
  tile.addEventListener("click", act);
  box.appendChild(tile);
}

function openTiles(place) {
  place.root.querySelector("[data-towns]").open = true;
}

async function load(place) {
  if (place.list) return;
  place.list = place.options; // names without pinyin, until the answer is here
  try {
    const response = await fetch(place.root.getAttribute("data-places"), { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    const divisions = (await response.json()).divisions;
    const names = {};
    divisions.forEach((one) => { names[one.code] = one.name; });
    // The page's own names go first: they are in its language.
    place.options.forEach((one) => { names[one.code] = one.name; });
    place.list = divisions.filter((one) => names[one.parent]).map((one) => ({
      code: one.code, name: names[one.code], small: depth(one, divisions) > 1 ? names[one.parent] : "",
      // Pinyin comes a syllable at a time and is typed without spaces.
      sound: ` ${one.pinyin || ""}`, initials: one.initials || "",
      text: [one.name, names[one.code], names[one.parent], one.pinyin, (one.pinyin || "").replace(/\s/g, ""), one.initials].join(" ").toLowerCase(),
    }));
    if (document.activeElement === place.input) search(place);
  } catch (error) {
    place.list = place.options;
    place.form.addEventListener("focusin", () => { place.list = null; load(place); }, { once: true });
  }
}

function depth(one, divisions) {
  let n = 0;
  for (let up = one; up; n += 1) up = divisions.find((other) => other.code === up.parent);
  return n - 1;
}

function search(place) {
  const words = place.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) => words.every((word) => one.text.indexOf(word) >= 0);
  const first = (one) => (words.length ? rank(one, words[0]) : 0);
  const likely = words.length ? [] : place.likely || [];
  const found = (place.list || place.options).filter(fits);
  place.shown = likely.concat(words.length ? found.sort((a, b) => first(a) - first(b)) : found).slice(0, MOST);
  place.at = -1;
  draw(place);
  status(place, place.shown.length ? say(place.root, "count", found.length) : say(place.root, "nothing"), Boolean(place.shown.length));
}

// What begins with the word comes first; "hua" means 化寨 before a "zhuang".
function rank(one, word) {
  const joined = (one.sound || "").replace(/\s/g, "");
  if ([one.name, joined, one.initials || ""].some((text) => text.indexOf(word) === 0)) return 0;
  return (one.sound || "").indexOf(` ${word}`) >= 0 ? 1 : 2;
}

function draw(place) {
  place.listbox.textContent = "";
  place.shown.forEach((one, index) => {
    const row = document.createElement("li");
    row.setAttribute("role", "option");
    row.id = `f-division-${index}`;
    row.setAttribute("data-index", index);
    row.setAttribute("aria-selected", index === place.at);
    row.appendChild(document.createElement("span")).textContent = one.name;
    if (one.small) row.appendChild(document.createElement("small")).textContent = one.small;
    place.listbox.appendChild(row);
  });
  show(place.listbox, place.shown.length > 0);
  place.input.setAttribute("aria-expanded", place.shown.length > 0);
  if (place.at >= 0) place.input.setAttribute("aria-activedescendant", `f-division-${place.at}`);
  else place.input.removeAttribute("aria-activedescendant");
}

function keyed(place, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && place.shown.length) {
    event.preventDefault();
    place.at = (place.at + step + place.shown.length + (place.at < 0 && step < 0 ? 1 : 0)) % place.shown.length;
    draw(place);
    place.listbox.children[place.at].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && !place.listbox.hidden) {
    event.preventDefault(); // Enter in the field chooses, it does not send the form
    if (place.at >= 0 || place.shown.length === 1) take(place, Math.max(place.at, 0));
  } else if (event.key === "Escape") {
    closeList(place);
  }
}

function closeList(place) {
  show(place.listbox, false);
  place.input.setAttribute("aria-expanded", "false");
  place.input.removeAttribute("aria-activedescendant");
  status(place, "");
}

function take(place, index) {
  closeList(place);
  pick(place, place.shown[index]);
}

function pick(place, one) {
  if (!place.field("lat").value) place.field("position_source").value = "list";
  choose(place, one.code, one.small ? `${one.small} ${one.name}` : one.name, say(place.root, "list"));
  place.root.querySelector("[data-change]").focus();
}

// Not here: the position goes with the place that came of it.
function openList(place) {
  if (place.field("lat").value) place.rejected.push(pointOf(place));
  place.hidden.value = "";
  forgetPosition(place);
  place.field("position_source").value = "list"; // not that of a photo either
  place.input.value = "";
  place.input.focus();
}

function ask(place) {
  status(place, say(place.root, "looking"));
  const got = (position) => {
    const c = position.coords;
    setPosition(place, c.latitude, c.longitude, Math.round(c.accuracy), "device");
    propose(place);
  };
  const denied = () => { status(place, say(place.root, "denied")); openTiles(place); place.input.focus(); };
  // In WeChat it is WeChat that asks; where it cannot, the browser does. A no is a no.
  if (window.wufeiLocate) window.wufeiLocate().then(got, (error) => (error.refused ? denied() : watchFor(got, denied)));
  else watchFor(got, denied);
}

function watchFor(got, denied) {
  // A first rough answer helps nobody: wait for the real one, but not for ever.
  let best = null;
  let timer = 0;
  const stop = () => { clearTimeout(timer); navigator.geolocation.clearWatch(watch); };
  const take = () => { stop(); if (best) got(best); else denied(); };
  const watch = navigator.geolocation.watchPosition((position) => {
    if (!best || position.coords.accuracy < best.coords.accuracy) best = position;
    if (best.coords.accuracy <= GOOD_ENOUGH) take();
  }, () => { if (!best) take(); }, { enableHighAccuracy: true, timeout: LOCATE_PATIENCE, maximumAge: 0 });
  timer = setTimeout(take, LOCATE_PATIENCE);
}

// The first photo that knows its place is asked about. What was rejected is not asked again, and
// the position of a photo that is gone goes with it.
function photoPositions(place, points) {
  const source = place.field("position_source").value;
  if (source === "device") return;
  const mine = source === "photo" && points.some((point) => isNear(point, pointOf(place)));
  place.apart = points.some((point) => !isNear(point, points[0], APART));
  if (mine) place.root.querySelector("[data-found] span.wf-small").textContent = origin(place);
  if (source === "photo" && !mine) forgetPosition(place);
  if (mine || place.hidden.value) return;
  const next = points.find((point) => !place.rejected.some((other) => isNear(point, other)));
  if (!next) return;
  setPosition(place, next.lat, next.lon, "", "photo");
  propose(place);
}

function pointOf(place) {
  return { lat: Number(place.field("lat").value), lon: Number(place.field("lon").value) };
}

// The same photo, read by the phone and then by the server.
function isNear(one, other, degrees = SAME) {
  return Math.abs(one.lat - other.lat) < degrees && Math.abs(one.lon - other.lon) < degrees;
}

// A place that was chosen stays; a question about the position goes with it.
function forgetPosition(place) {
  ["lat", "lon", "accuracy"].forEach((name) => { place.field(name).value = ""; });
  place.field("position_source").value = place.hidden.value ? "list" : "";
  place.asked += 1;
  status(place, "");
  if (place.hidden.value) {
    place.root.querySelector("[data-found] span.wf-small").textContent = origin(place);
  } else {
    show(place.root.querySelector("[data-found]"), false);
    show(place.root.querySelector("[data-place-choose]"), true);
  }
  changed(place);
}

function setPosition(place, lat, lon, accuracy, source) {
  place.field("lat").value = lat.toFixed(6);
  place.field("lon").value = lon.toFixed(6);
  place.field("accuracy").value = accuracy;
  place.field("position_source").value = source;
  changed(place);
}

async function propose(place) {
  const value = (name) => place.field(name).value;
  const query = `?lat=${value("lat")}&lon=${value("lon")}${value("accuracy") ? `&accuracy=${value("accuracy")}` : ""}`;
  place.asked += 1;
  const asked = place.asked;
  const chosen = place.hidden.value;
  const answer = await fetch(place.root.getAttribute("data-propose") + query, { headers: { Accept: "application/json" } })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  // The position is another one by now, or the person was faster.
  if (asked !== place.asked || chosen !== place.hidden.value) return;
  const proposal = answer && answer.proposal;
  if (!proposal) {
    status(place, say(place.root, answer ? "none" : "unasked"));
    openTiles(place);
    if (!answer) askLater(place, asked);
    return;
  }
  place.code = proposal.code;
  place.path = proposal.path;
  place.likely = (proposal.others || []).map((other) => ({ code: other.code, name: other.path, small: "", text: other.path }));
  status(place, "");
  found(place, say(place.root, "ask", proposal.path), true, origin(place));
}

// The server was not reached: it is asked when the signal is back, unless the person was faster; the
// receipt asks, too.
function askLater(place, asked) {
  addEventListener("online", () => {
    if (asked === place.asked && !place.hidden.value) propose(place);
  }, { once: true });
}

// The card that asks, or says what is chosen.
function found(place, words, asking, from) {
  const card = place.root.querySelector("[data-found]");
  card.querySelector("b").textContent = words;
  card.querySelector("span.wf-small").textContent = from;
  show(card.querySelector("[data-ask]"), asking);
  show(card.querySelector("[data-change]"), !asking);
  show(card, true);
  show(place.root.querySelector("[data-place-choose]"), false);
}

function origin(place) {
  const source = place.field("position_source").value;
  const accuracy = Number(place.field("accuracy").value);
  if (source === "device") return accuracy > FAR ? say(place.root, "far", accuracy) : say(place.root, "device", accuracy);
  if (source === "photo") return say(place.root, place.apart ? "apart" : "photo");
  return say(place.root, "list");
}

function choose(place, code, path, from) {
  place.hidden.value = code;
  found(place, path, false, from);
  changed(place);
}

// A form that came back, or a draft: the code is there, its name comes from the list.
async function resume(place) {
  await load(place);
  const one = (place.list || []).find((other) => other.code === place.hidden.value);
  if (one) found(place, one.small ? `${one.small} ${one.name}` : one.name, false, origin(place));
}

function changed(place) {
  place.root.dispatchEvent(new CustomEvent("wf:changed", { bubbles: true }));
}

function status(place, words, quiet) {
  const line = place.root.querySelector("[data-place-status]");
  line.textContent = words;
  show(line, Boolean(words));
  line.classList.toggle("wf-hide", Boolean(quiet));
}
