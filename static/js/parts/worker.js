import { all } from "./page.js";

// Who signs out leaves no page behind in a phone that others use too.
export function forgetPages(root) {
  all(root, 'form[action$="/sign-out"]').forEach((form) => {
    form.addEventListener("submit", () => { if (window.caches) caches.delete("wf-pages"); });
  });
}

// Keeps this page for the time without a network although it was opened before its worker ran, with
// what it is made of, and the pages that it names as those to be opened next.
export function keepHere() {
  if (!("serviceWorker" in navigator) || !window.caches) return;
  const made = all(document, "link[rel=stylesheet]").map((link) => link.href)
    .concat(all(document, "script[src]").map((script) => script.src));
  const ahead = all(document, "a[data-ahead]").map((link) => link.pathname);
  navigator.serviceWorker.ready
    .then(() => keepAll("wf-files", made))
    .then(() => keepAll("wf-pages", [location.pathname].concat(ahead)))
    .catch(() => {}); // no room: then it needs a network
}

async function keepAll(name, addresses) {
  const cache = await caches.open(name);
  for (const address of addresses) {
    if (!(await cache.match(address))) await cache.add(address);
  }
}

// Lets pages under `scope` open without a network, where the browser can: on secure pages only.
export function register(address, scope) {
  if (!("serviceWorker" in navigator) || !address) return;
  navigator.serviceWorker.register(address, { scope }).catch(() => {}); // then it needs a network
}
