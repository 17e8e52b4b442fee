import { all } from "./page.js";

// Who signs out leaves no page behind in a phone that others use too.
export function forgetPages(root) {
  all(root, 'form[action$="/sign-out"]').forEach((form) => {
    form.addEventListener("submit", () => { if (window.caches) caches.delete("wf-pages"); });
  });
}

// Lets pages under `scope` open without a network, where the browser can: on secure pages only.
export function register(address, scope) {
  if (!("serviceWorker" in navigator) || !address) return;
  navigator.serviceWorker.register(address, { scope }).catch(() => {}); // then it needs a network
}
