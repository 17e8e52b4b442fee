// What waits in the phone: reports and their photos, in IndexedDB. Photos are kept as bytes, since
// older WebKit loses Blobs. Every function rejects where the browser keeps nothing (private mode).
const NAME = "wufei";
let opened = null;

function open() {
  if (!opened) {
    opened = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("reports", { keyPath: "key" });
        request.result.createObjectStore("photos", { keyPath: "id" }).createIndex("key", "key");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
    opened.catch(() => { opened = null; });
  }
  return opened;
}

async function run(store, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    // A write counts when the transaction is complete, not when the request succeeded.
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const putReport = (report) => run("reports", "readwrite", (store) => store.put(report));
export const getReport = (key) => run("reports", "readonly", (store) => store.get(key));
export const allReports = () => run("reports", "readonly", (store) => store.getAll());
export const putPhoto = (photo) => run("photos", "readwrite", (store) => store.put(photo));
export const deletePhoto = (id) => run("photos", "readwrite", (store) => store.delete(id));

// Every photo without its bytes: {id, key, at}. One at a time, so that no phone holds all at once.
export async function photoStubs() {
  const stubs = [];
  await run("photos", "readonly", (store) => {
    const request = store.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      stubs.push({ id: cursor.value.id, key: cursor.value.key, at: cursor.value.at });
      cursor.continue();
    };
    return request;
  });
  return stubs;
}

export async function photosOf(key) {
  const found = await run("photos", "readonly", (store) => store.index("key").getAll(key));
  return found.sort((one, other) => one.at - other.at);
}

export async function deletePhotosOf(key) {
  const found = await photosOf(key);
  for (const photo of found) await deletePhoto(photo.id);
}

export async function deleteReport(key) {
  await deletePhotosOf(key);
  await run("reports", "readwrite", (store) => store.delete(key));
}
