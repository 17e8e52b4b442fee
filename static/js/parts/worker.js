// Lets pages under `scope` open without a network, where the browser can: on secure pages only.
export function register(address, scope) {
  if (!("serviceWorker" in navigator) || !address) return;
  navigator.serviceWorker.register(address, { scope }).catch(() => {}); // then it needs a network
}
