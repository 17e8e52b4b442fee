// Sends photos and reports. Every answer is one of
//   done     the server has it
//   refused  the server says no, and why: sending it again would not help; with `signIn` it would,
//            as soon as the person has signed in again
//   later    no signal, server busy, too often, or somebody between us and the server answered in
//            its place (a proxy, a firewall, the page of a Wi-Fi): the same again after `wait` seconds
const STALLED = 45000;
const FORM_PATIENCE = 60000;

function again(status, header) {
  return { outcome: "later", wait: Number(header) || (status === 429 ? 60 : 0) };
}

// Uploads one photo {blob, name, facts}; onPercent gets 0 to 100. Returns {promise, cancel}.
export function upload(address, photo, onPercent) {
  const request = new XMLHttpRequest();
  const promise = new Promise((resolve) => {
    let stalled = 0;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED);
    };
    request.upload.onprogress = (event) => {
      alive();
      if (event.lengthComputable) onPercent(Math.floor((event.loaded / event.total) * 100));
    };
    request.onloadend = () => { clearTimeout(stalled); resolve(photoAnswer(request)); };
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    alive();
    request.send(photoForm(photo));
  });
  return { promise, cancel: () => request.abort() };
}

function photoForm(photo) {
  const form = new FormData();
  Object.keys(photo.facts).forEach((name) => form.append(name, photo.facts[name]));
  form.append("photo", photo.blob, photo.name);
  return form;
}

function photoAnswer(request) {
  const answer = parsed(request.responseText);
  if (request.status === 201 && answer.token) return { outcome: "done", answer };
  // A refusal without our words is not ours.
  if (answer.detail && request.status < 500 && request.status !== 429 && request.status !== 408) {
    const fault = answer.errors && answer.errors[0];
    return { outcome: "refused", detail: (fault && fault.message) || answer.detail || "", signIn: request.status === 401 };
  }
  return again(request.status, request.status && request.getResponseHeader("Retry-After"));
}

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch (error) {
    return {}; // a page of some proxy between us and the server
  }
}

// Says whether a page is one of this site (templates/base.html).
function isOurs(html) {
  return /<html[^>]* data-icons=/.test(html);
}

// Posts a report's fields ([name, value] pairs). Done gives the receipt's address, refused the page.
export async function post(address, fields) {
  const form = new FormData();
  fields.forEach((field) => form.append(field[0], field[1]));
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), FORM_PATIENCE);
  try {
    const response = await fetch(address, {
      method: "POST", body: form, credentials: "same-origin", headers: { Accept: "text/html" }, signal: stop.signal,
    });
    const html = await response.text();
    if (response.status === 429 || response.status >= 500 || !isOurs(html)) return again(response.status, response.headers.get("Retry-After"));
    if (response.ok && response.redirected) return { outcome: "done", receipt: response.url };
    return { outcome: "refused", html, signIn: response.status === 401 };
  } catch (error) {
    return again(0, null); // no network, or it broke off: the client key makes the repeat harmless
  } finally {
    clearTimeout(late);
  }
}
