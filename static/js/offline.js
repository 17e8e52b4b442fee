// The service worker of pages that open without a network (分类查询, 打卡). Files whose names hold
// their hash come from the phone once they are there; a page comes from the network, and from the
// phone only where there is none.
const FILES = "wf-files";
const PAGES = "wf-pages";
const MOST_FILES = 30;
const PATIENCE = 4000; // with one bar of signal nobody waits for ever

self.addEventListener("install", () => { self.skipWaiting(); });
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (/^\/static\/dist\/|^\/sorting\/index-/.test(address.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request, address));
});

async function file(request) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const names = await cache.keys();
    for (const name of names.slice(0, Math.max(0, names.length - MOST_FILES))) await cache.delete(name);
  }
  return answer;
}

async function page(request, address) {
  const cache = await caches.open(PAGES);
  const kept = await cache.match(address.pathname);
  const asked = fetch(request).then((answer) => {
    if (answer.ok && !answer.redirected && !address.search) cache.put(address.pathname, answer.clone());
    return answer;
  });
  if (!kept) return asked;
  const late = new Promise((resolve) => { setTimeout(() => resolve(kept.clone()), PATIENCE); });
  return Promise.race([asked.catch(() => kept.clone()), late]);
}
