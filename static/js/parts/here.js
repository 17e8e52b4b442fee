// "Note where I stand": the official's own position as proof that the place was visited.
export function helpHere(root) {
  const ask = root.querySelector("[data-here-ask]");
  const told = root.querySelector("[data-here-told]");
  if (!navigator.geolocation || !window.isSecureContext) return;
  root.hidden = false;
  ask.addEventListener("click", () => {
    ask.disabled = true;
    navigator.geolocation.getCurrentPosition(
      (position) => {
        const coords = position.coords;
        ask.disabled = false;
        set(root, { lat: coords.latitude.toFixed(6), lon: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy) });
        told.textContent = ask.dataset.sayDone.replace("{n}", Math.round(coords.accuracy));
      },
      () => {
        ask.disabled = false;
        set(root, { lat: "", lon: "", accuracy: "" });
        told.textContent = ask.dataset.sayDenied;
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  });
}

function set(root, values) {
  for (const name of Object.keys(values)) root.querySelector(`[name=${name}]`).value = values[name];
}
