// A questionnaire on the phone: one question a screen, skip logic, resume after a reload, and the
// outbox, so that a tap on 提交 is safe with or without a signal.
import { all, noteAt, say, show } from "./page.js";
import { cameBack, fill, focusFault, free, hold, valuesOf } from "./form.js";
import { newKey } from "./key.js";
import { helpPhotos, record } from "./photos.js";
import { holds } from "./logic.js";
import { LEASE, ofOfficial, tell, transmit } from "./queue.js";
import * as store from "./store.js";

const DRAFT_DAYS = 2;
const DAY = 86400000;
const OWN = /^(client_key|began|seconds|stop|full|code)$/;
const LAST = ["other", "none", "dk", "refused"];

export function helpSurveys(root) {
  all(root, "form[data-survey]").forEach((form) => { new Survey(form); });
  all(root, "[data-survey-done]").forEach((mark) => forget(mark.getAttribute("data-survey-done")));
}

function place(code) {
  return `wf-survey-${code}`;
}

function forget(code) {
  try {
    localStorage.removeItem(place(code));
  } catch (error) {
    // nothing was kept
  }
}

function byPlace(one, other) {
  return one.wfPlace - other.wfPlace;
}

function remembered(code) {
  try {
    const draft = JSON.parse(localStorage.getItem(place(code)) || "null");
    return draft && draft.at > Date.now() - DRAFT_DAYS * DAY ? draft : null;
  } catch (error) {
    return null;
  }
}

// What the server refused lies in the outbox until the person has changed it (待发送, 改一改).
async function waitingFor(form) {
  const wanted = /[?&]draft=([\w-]+)/.exec(location.search);
  const report = wanted && !cameBack(form) ? await store.getReport(wanted[1]).catch(() => null) : null;
  if (!report) return null;
  const values = report.fields.filter((pair) => pair[0] === "code" || !OWN.test(pair[0]));
  return { key: report.key, seed: 1, spent: 0, values, here: "" };
}

// The position leaves the phone to about a kilometre, and only when somebody asks for it.
function helpCoarse(button) {
  if (!navigator.geolocation || !window.isSecureContext) return;
  const screen = button.closest("[data-screen]");
  const said = screen.querySelector("[data-coarse-said]");
  show(button, true);
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition((position) => {
    screen.querySelector("[data-coarse-value]").value = `${position.coords.latitude.toFixed(2)},${position.coords.longitude.toFixed(2)}`;
    said.textContent = button.getAttribute("data-said");
  }, () => { said.textContent = button.getAttribute("data-failed"); }, { maximumAge: 600000, timeout: 15000 }));
}

class Survey {
  constructor(form) {
    this.form = form;
    this.code = form.getAttribute("data-survey");
    this.words = form.querySelector("[data-survey-words]");
    this.again = form.hasAttribute("data-again");
    this.key = form.elements.namedItem("client_key");
    this.done = 0;
    this.full = JSON.parse(form.getAttribute("data-full") || "[]");
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("submit", (event) => this.next(event));
    form.querySelector("[data-back]").addEventListener("click", () => this.go(-1));
    // As the author wrote it: what is arranged for one person is arranged anew for the next.
    all(form, "[data-screen]").forEach((screen, at) => { screen.wfPlace = at; });
    all(form, "[data-shuffle], [data-scale], [data-reverse]").forEach((list) => Array.from(list.children).forEach((label, at) => { label.wfPlace = at; }));
    const stop = form.querySelector("[data-stop]");
    if (stop) stop.addEventListener("click", () => { this.form.elements.namedItem("stop").value = "1"; this.send(); });
    waitingFor(form).then((saved) => this.begin(saved));
  }

  begin(saved) {
    this.spent = 0;
    const draft = saved || (cameBack(this.form) ? null : remembered(this.code));
    if (draft) {
      this.key.value = draft.key;
      this.spent = draft.spent;
      this.done = draft.done || 0;
      fill(this.form, draft.values);
    }
    const box = this.form.querySelector("[data-photos]");
    this.photos = box ? helpPhotos(box, this.key.value, true) : null;
    all(this.form, "[data-coarse]").forEach(helpCoarse);
    this.since = Date.now();
    this.seed = draft ? draft.seed : Math.floor(Math.random() * 1e9);
    this.arrange();
    const faulty = this.screens.find((screen) => screen.querySelector("[data-fault] .wf-error"));
    const left = draft && this.visible().find((screen) => screen.getAttribute("data-screen") === draft.here);
    this.show(faulty || left || this.screens[0], Boolean(draft));
  }

  // Chance without a memory of its own: the same seed gives the same order after a reload.
  chance() {
    this.state = (Math.imul(this.state || this.seed, 1664525) + 1013904223) >>> 0;
    return this.state / 4294967296;
  }

  arrange() {
    this.state = this.seed;
    const turned = this.chance() < 0.5;
    if (this.form.hasAttribute("data-rotate")) {
      this.rotate();
      all(this.form, "[data-scale]").forEach((list) => this.reorder(list, (labels) => (turned ? labels.reverse() : labels)));
    }
    all(this.form, "[data-reverse]").forEach((list) => this.reorder(list, (labels) => (turned ? labels.reverse() : labels)));
    all(this.form, "[data-shuffle]").forEach((list) => this.reorder(list, (labels) => this.shuffled(labels)));
    this.screens = all(this.form, "[data-screen]");
  }

  shuffled(items) {
    return items.map((item) => [this.chance(), item]).sort((one, two) => one[0] - two[0]).map((pair) => pair[1]);
  }

  reorder(list, change) {
    const labels = Array.from(list.children).sort(byPlace);
    const last = (label) => LAST.indexOf(label.querySelector("input").value) >= 0;
    change(labels.filter((label) => !last(label))).concat(labels.filter(last)).forEach((label) => list.appendChild(label));
  }

  // The questions about one thing begin at a random one of them.
  rotate() {
    const groups = {};
    all(this.form, "[data-battery]").forEach((screen) => {
      const name = screen.getAttribute("data-battery");
      groups[name] = (groups[name] || []).concat(screen);
    });
    Object.keys(groups).forEach((name) => {
      const screens = groups[name].sort(byPlace);
      const from = Math.floor(this.chance() * screens.length);
      const end = document.createComment("");
      groups[name].slice().sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)).pop().after(end);
      screens.slice(from).concat(screens.slice(0, from)).forEach((screen) => end.parentNode.insertBefore(screen, end));
    });
  }

  answers() {
    const found = {};
    this.screens.forEach((screen) => {
      const name = screen.getAttribute("data-screen");
      const tree = screen.getAttribute("data-when-asked");
      if (tree && !holds(JSON.parse(tree), found, "")) return;
      if (screen.getAttribute("data-kind") === "image") {
        if (this.photos && this.photos.items.length) found[name] = this.photos.items.map((item) => item.id);
        return;
      }
      const values = valuesOf(this.form).filter((pair) => pair[0] === name && pair[1].trim()).map((pair) => pair[1]);
      if (values.length) found[name] = screen.getAttribute("data-kind") === "select_multiple" ? values : values[0];
    });
    return found;
  }

  visible() {
    const answers = this.answers();
    return this.screens.filter((screen) => {
      const tree = screen.getAttribute("data-when-asked");
      return !tree || holds(JSON.parse(tree), answers, "");
    });
  }

  show(screen, quiet) {
    this.here = screen;
    this.screens.forEach((one) => {
      one.classList.toggle("wf-is-here", one === screen);
      one.classList.toggle("wf-is-away", one !== screen);
    });
    const open = this.visible();
    const at = open.indexOf(screen);
    this.tellNotes(screen);
    const line = document.querySelector("[data-progress]");
    line.textContent = line.getAttribute("data-progress").replace("{n}", at + 1).replace("{most}", this.mostLeft(at));
    const bar = document.querySelector("[data-bar]");
    bar.setAttribute("aria-valuenow", at + 1);
    bar.firstElementChild.setAttribute("width", `${Math.round((100 * (at + 1)) / this.mostLeft(at))}%`);
    show(this.form.querySelector("[data-back]"), at > 0);
    show(this.form.querySelector("[data-stop]"), at > 2 && at < open.length - 1);
    this.label();
    if (quiet || at > 0) {
      scrollTo(0, 0);
      screen.querySelector(".wf-q").focus();
    }
    this.save();
  }

  // A note with a condition is told to whom it is meant for.
  tellNotes(screen) {
    const answers = this.answers();
    all(screen, "[data-when-told]").forEach((note) => show(note, holds(JSON.parse(note.getAttribute("data-when-told")), answers, "")));
  }

  // Conditions of what comes later are not known yet: so many there are at the most.
  mostLeft(at) {
    const answers = this.answers();
    const asked = Object.keys(answers);
    const after = this.screens.slice(this.screens.indexOf(this.here) + 1);
    const ends = asked.length && this.visible().length <= at + 1;
    return ends ? at + 1 : at + 1 + after.length;
  }

  label() {
    const open = this.visible();
    const last = open[open.length - 1] === this.here && !this.waits();
    const button = this.form.querySelector("[data-next]");
    button.textContent = say(this.words, last ? "send" : "next");
    return last;
  }

  // The last of the visible ones, and not answered yet: its answer may open more.
  waits() {
    return this.here !== this.screens[this.screens.length - 1] && this.answers()[this.here.getAttribute("data-screen")] === undefined
      && this.here.hasAttribute("data-needed");
  }

  changed(event) {
    const input = event.target;
    if (input.type === "checkbox") this.exclude(input);
    this.fault(this.here, "");
    this.label();
    this.save();
  }

  // "None of these" stands alone: the tap that contradicts another takes it back.
  exclude(input) {
    const alone = (box) => LAST.indexOf(box.value) > 0;
    if (!input.checked) return;
    all(input.closest("fieldset"), "input").forEach((box) => {
      if (box !== input && (alone(input) || alone(box))) box.checked = false;
    });
  }

  faultOf(screen) {
    const answers = this.answers();
    const own = answers[screen.getAttribute("data-screen")];
    if (own === undefined) return screen.getAttribute("data-needed") || "";
    const rule = screen.getAttribute("data-rule");
    return rule && !holds(JSON.parse(rule), answers, own) ? screen.getAttribute("data-rule-message") : "";
  }

  fault(screen, words) {
    const box = screen.querySelector("[data-fault]");
    box.textContent = "";
    all(screen, "[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    if (!words) return;
    const line = document.createElement("p");
    line.className = "wf-error";
    line.setAttribute("role", "alert");
    line.textContent = words;
    box.appendChild(line);
    const field = screen.querySelector("input, select, textarea");
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  next(event) {
    event.preventDefault();
    const words = this.faultOf(this.here);
    if (words) {
      this.fault(this.here, words);
      return;
    }
    if (this.tooMany()) this.send();
    else if (this.label()) this.send();
    else this.go(1);
  }

  // The cell is full, and nothing but the questions that say so is answered: who is past them goes on.
  tooMany() {
    const answers = this.answers();
    const after = this.screens.slice(this.screens.indexOf(this.here) + 1);
    const begun = after.some((screen) => answers[screen.getAttribute("data-screen")] !== undefined);
    const found = !begun && this.full.some((known) => known.some((pair) => pair[0] === this.here.getAttribute("data-screen"))
      && known.every((pair) => answers[pair[0]] === pair[1]));
    this.form.elements.namedItem("full").value = found ? "1" : "";
    return found;
  }

  go(step) {
    const open = this.visible();
    const screen = open[open.indexOf(this.here) + step];
    if (screen) this.show(screen);
  }

  seconds() {
    return Math.round(this.spent + (Date.now() - this.since) / 1000);
  }

  save() {
    const values = valuesOf(this.form).filter((pair) => !OWN.test(pair[0]));
    const draft = { key: this.key.value, at: Date.now(), seed: this.seed, spent: this.seconds(), done: this.done, values, here: this.here.getAttribute("data-screen") };
    try {
      localStorage.setItem(place(this.code), JSON.stringify(draft));
    } catch (error) {
      // no room: the form still works
    }
  }

  note(text) {
    noteAt(this.form, text);
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    hold(this.form);
    this.note(say(this.words, "sending"));
    const records = await this.pictures();
    if (!records) return;
    this.form.elements.namedItem("seconds").value = this.seconds();
    const report = {
      key: this.key.value, state: "sending", lease: Date.now() + LEASE, at: Date.now(), tries: 0, address: this.form.action,
      page: `${location.pathname}?draft=${this.key.value}`, forget: true, title: this.form.getAttribute("data-title"), fields: valuesOf(this.form),
    };
    if (this.photos) Object.assign(report, { upload: this.photos.root.getAttribute("data-upload"), tokenName: this.photos.root.getAttribute("data-token-name"), photos: records.length });
    const stored = await store.putReport(report).then(() => true, () => false);
    const step = (index, percent) => { if (index >= 0) this.photos.show(this.photos.items[index], { state: "send", percent }); };
    const result = await transmit(report, records, step, (index, onPercent) => this.photos.take(this.photos.items[index], onPercent));
    await this.settle(report, stored, result);
    this.sending = false;
  }

  // What the picker holds, ready to go; nothing where a photo cannot be used, which says so itself.
  async pictures() {
    if (!this.photos) return [];
    await this.photos.restored;
    await this.photos.stop();
    const bad = this.photos.items.find((item) => item.state === "bad");
    if (!bad) {
      const records = await Promise.all(this.photos.items.map((item) => record(item, this.key.value)));
      for (const photo of records) await store.putPhoto(photo).catch(() => {});
      return records;
    }
    this.photos.resume();
    this.free("");
    this.sending = false;
    this.show(bad.row.closest("[data-screen]"));
    return null;
  }

  async settle(report, stored, answer) {
    // An interviewer's answers wait for the interviewer to sign in again.
    const held = Boolean(answer.signIn && stored && ofOfficial(report.address));
    const result = held ? { outcome: "later", signIn: true } : answer;
    if (result.outcome === "later" && !stored) {
      this.free(say(this.words, "full"));
      return;
    }
    if (result.outcome === "later") await store.putReport(Object.assign(report, { state: "waiting", next: 0, signIn: held, problem: held ? say(this.words, "signin") : "" }));
    else await store.deleteReport(report.key).catch(() => {});
    tell();
    if (result.outcome === "refused") this.refused(result.html);
    else if (this.again) this.nextPerson(result.outcome, held);
    else if (result.outcome === "done") this.leave(result.receipt);
    else this.queued(report.key, held);
  }

  free(text) {
    free(this.form);
    this.note(text);
  }

  leave(address) {
    forget(this.code);
    location.assign(address);
  }

  // The server's page with the faults takes the place of ours. One without the questions says no
  // to all of it: its words stand where 提交 was tapped, and the answers stay.
  refused(html) {
    const page = new DOMParser().parseFromString(html || "", "text/html");
    const fresh = page.querySelector("main");
    if (!fresh || !fresh.querySelector("form[data-survey]")) {
      const told = fresh ? all(fresh, "h1, h1 ~ p").slice(0, 2).map((line) => line.textContent.trim()) : [];
      this.free(told.filter(Boolean).join(" ") || say(this.words, "refused"));
      return;
    }
    const main = document.querySelector("main");
    main.parentNode.replaceChild(document.importNode(fresh, true), main);
    scrollTo(0, 0);
    helpSurveys(document.querySelector("main"));
    focusFault(document.querySelector("main"));
  }

  queued(key, held) {
    forget(this.code);
    const main = document.querySelector("main");
    const content = document.importNode(document.querySelector("[data-queued]").content, true);
    if (held) content.querySelector(".weui-msg__desc").textContent = say(this.words, "signin");
    main.textContent = "";
    main.appendChild(content);
    scrollTo(0, 0);
    const done = this.form.getAttribute("data-done");
    document.addEventListener("wf:queue", async () => {
      const waiting = await store.getReport(key).catch(() => true);
      if (!waiting && !document.hidden) location.assign(done);
    });
    const heading = main.querySelector("h1");
    heading.setAttribute("tabindex", "-1");
    heading.focus();
  }

  // An interviewer goes on with the next person; whatever could not be sent waits in the phone.
  nextPerson(outcome, held) {
    const enough = this.form.elements.namedItem("full").value === "1";
    if (!enough) this.done += 1;
    this.form.reset();
    // A reset leaves hidden fields as they are.
    ["stop", "full", "seconds"].forEach((name) => { this.form.elements.namedItem(name).value = ""; });
    this.key.value = newKey();
    if (this.photos) this.photos.restart(this.key.value);
    this.spent = 0;
    this.since = Date.now();
    this.seed = Math.floor(Math.random() * 1e9);
    this.arrange();
    all(this.form, "[data-fault]").forEach((box) => { box.textContent = ""; });
    free(this.form);
    this.show(this.screens[0]);
    const words = enough ? say(this.words, "enough") : say(this.words, "again", this.done);
    this.note(held ? `${words} ${say(this.words, "signin")}` : words);
    this.form.setAttribute("data-last", outcome);
  }
}
