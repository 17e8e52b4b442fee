// Copying, printing, counting characters, saying that there is no signal.
import { all, show } from "./page.js";

export function helpTexts(root) {
  all(root, "[data-copy]").forEach((button) => button.addEventListener("click", () => copy(button)));
  all(root, "[data-print]").forEach((button) => button.addEventListener("click", () => print()));
  all(root, "textarea[data-count]").forEach(count);
  const offline = root.querySelector("[data-offline]");
  if (offline) {
    const tell = () => show(offline, navigator.onLine === false);
    addEventListener("online", tell);
    addEventListener("offline", tell);
    tell();
  }
}

async function copy(button) {
  const text = button.getAttribute("data-copy");
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    copyOld(text); // WeChat's browser and plain HTTP have no clipboard interface
  }
  const words = button.querySelector("span") || button;
  words.textContent = button.getAttribute("data-copied");
}

function copyOld(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "wf-hide";
  area.setAttribute("readonly", "");
  document.body.appendChild(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function count(area) {
  const line = area.parentNode.querySelector("[data-counted]");
  const tell = () => {
    line.textContent = area.getAttribute("data-count").replace("{n}", area.value.length).replace("{most}", area.maxLength);
  };
  area.addEventListener("input", tell);
  if (area.value) tell();
}
