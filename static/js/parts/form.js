// Every form: one tap sends once, a question before what cannot be undone, the focus at the first
// fault, and what was typed kept until the server has it.
import { all } from "./page.js";

const DAY = 86400000;
const KEPT_DAYS = 7;

export function helpForms(root) {
  all(root, "form").forEach((form) => {
    if (form.method === "post") form.addEventListener("submit", (event) => once(form, event));
    if (form.hasAttribute("data-confirm")) form.addEventListener("submit", (event) => confirmFirst(form, event), true);
    if (form.hasAttribute("data-keep")) keep(form, form.getAttribute("data-keep"));
  });
  all(root, "[data-submit-on-change]").forEach((field) => field.addEventListener("change", () => field.form.submit()));
  all(root, "[data-forget]").forEach((mark) => {
    forget(mark.getAttribute("data-forget"));
    // Whoever comes back to the receipt, or keeps its address, is told how the case stands.
    if (/[?&]new=1/.test(location.search)) history.replaceState(null, "", location.pathname);
  });
  focusFault(root);
  // A page that comes back from the browser's memory must be usable again.
  addEventListener("pageshow", (event) => { if (event.persisted) all(document, "form").forEach(free); });
}

function buttons(form) {
  return Array.from(form.elements).filter((element) => element.type === "submit");
}

function once(form, event) {
  if (event.defaultPrevented) return;
  if (form.hasAttribute("data-busy")) {
    event.preventDefault();
    return;
  }
  // After the browser has taken the pressed button's value, and not where a script takes over.
  setTimeout(() => { if (!event.defaultPrevented) hold(form); }, 0);
}

export function hold(form) {
  form.setAttribute("data-busy", "");
  buttons(form).forEach((button) => { button.setAttribute("aria-disabled", "true"); });
}

export function free(form) {
  form.removeAttribute("data-busy");
  buttons(form).forEach((button) => { button.removeAttribute("aria-disabled"); });
}

function confirmFirst(form, event) {
  if (form.hasAttribute("data-confirmed")) {
    form.removeAttribute("data-confirmed");
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const pressed = event.submitter || document.activeElement;
  askFirst(form.getAttribute("data-confirm")).then((yes) => {
    if (!yes) return;
    form.setAttribute("data-confirmed", "");
    if (pressed && pressed.form === form && pressed.type === "submit") pressed.click();
    else form.submit();
  });
}

// The page's own <dialog> where the browser has it, else the browser's question.
export function askFirst(words) {
  const dialog = document.getElementById("wf-ask");
  // Later, since a form that is just being submitted takes no second submission.
  if (!dialog || !dialog.showModal) return new Promise((resolve) => { setTimeout(() => resolve(window.confirm(words)), 0); });
  document.getElementById("wf-ask-words").textContent = words;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function focusFault(root) {
  const field = root.querySelector("[aria-invalid=true]");
  const box = root.querySelector("[data-faults]");
  if (field) {
    field.focus();
  } else if (box) {
    box.setAttribute("tabindex", "-1");
    box.focus();
  }
}

function place(name) {
  return `wf-form-${name}`;
}

function skipped(field) {
  return !field.name || /^(file|password|submit|button)$/.test(field.type) || field.closest("[data-photos]");
}

// [name, value] of every field that has one, as a submission would carry them.
export function valuesOf(form) {
  return Array.from(form.elements)
    .filter((field) => !skipped(field) && !field.disabled && (!/^(radio|checkbox)$/.test(field.type) || field.checked))
    .map((field) => [field.name, field.value]);
}

export function fill(form, values) {
  Array.from(form.elements).filter((field) => !skipped(field)).forEach((field) => {
    const mine = values.filter((pair) => pair[0] === field.name).map((pair) => pair[1]);
    if (/^(radio|checkbox)$/.test(field.type)) field.checked = mine.indexOf(field.value) >= 0;
    else if (mine.length) set(field, mine[0]);
  });
}

function set(field, value) {
  field.value = value;
  // A code that the plain list does not offer is remembered for the field that searches.
  if (field.tagName === "SELECT") field.setAttribute("data-value", value);
}

// Says whether the server has sent this form back with faults: then it knows the answers best.
export function cameBack(form) {
  return Boolean((form.closest("main") || document).querySelector("[data-faults], [aria-invalid=true]"));
}

// A report has its draft in the outbox, so that here it lives in its own tab alone. Everything else
// outlives the tab: WeChat closes its window whenever somebody looks at a message.
function drawer(name) {
  return name === "report" ? sessionStorage : localStorage;
}

// What was typed stays until a page with data-forget says that it has arrived.
export function keep(form, name) {
  const save = () => {
    try {
      drawer(name).setItem(place(name), JSON.stringify({ at: Date.now(), values: valuesOf(form) }));
    } catch (error) {
      // no room or no permission: the form still works
    }
  };
  if (!cameBack(form)) restore(form, name);
  ["input", "change", "wf:changed"].forEach((kind) => form.addEventListener(kind, save));
}

function restore(form, name) {
  try {
    const kept = JSON.parse(drawer(name).getItem(place(name)) || "null");
    if (kept && kept.at > Date.now() - KEPT_DAYS * DAY) fill(form, kept.values);
    else forget(name);
  } catch (error) {
    forget(name);
  }
}

export function forget(name) {
  try {
    drawer(name).removeItem(place(name));
  } catch (error) {
    // nothing was kept
  }
}
