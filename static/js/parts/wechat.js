// WeChat's script (JS-SDK): what a shared page says, and the phone's position. It is loaded only
// where WeChat's browser shows the page; what fails there leaves the page as it is elsewhere.
const SHARING = ["updateAppMessageShareData", "updateTimelineShareData"];
const PATIENCE = 12000;

export async function openWeChat(script) {
  if (!/MicroMessenger/i.test(navigator.userAgent)) return;
  const does = script.getAttribute("data-does").split(" ");
  try {
    const both = await Promise.all([load(script.getAttribute("data-sdk")), sign(script.getAttribute("data-sign"))]);
    const given = both[1];
    if (!given || !window.wx) return;
    const wx = window.wx;
    const names = (does.indexOf("share") >= 0 ? SHARING : []).concat(does.indexOf("locate") >= 0 ? ["getLocation"] : []);
    wx.config({ debug: false, appId: given.appId, timestamp: given.timestamp, nonceStr: given.nonceStr, signature: given.signature, jsApiList: names });
    wx.ready(() => {
      if (does.indexOf("share") >= 0) share(wx);
      if (does.indexOf("locate") >= 0) window.wufeiLocate = () => locate(wx);
    });
    wx.error(() => { delete window.wufeiLocate; });
  } catch (error) {
    // Without it: WeChat shares the bare address, and the browser itself knows the position.
  }
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error("not loaded"));
    document.head.appendChild(script);
  });
}

// The signature is for the very address that the browser shows.
async function sign(address) {
  const page = encodeURIComponent(window.location.pathname + window.location.search);
  const response = await fetch(`${address}?page=${page}`, { headers: { Accept: "application/json" } });
  return response.status === 200 ? response.json() : null;
}

function share(wx) {
  const said = (name) => {
    const meta = document.querySelector(`meta[property="og:${name}"]`);
    return meta ? meta.getAttribute("content") : "";
  };
  const facts = {
    title: said("title") || document.title,
    desc: said("description"),
    link: window.location.href.split("#")[0],
    imgUrl: said("image"),
  };
  SHARING.forEach((name) => wx[name](facts));
}

// Like the browser's own answer, so that who asks need not know which it was.
function locate(wx) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), PATIENCE);
    const over = (error) => { clearTimeout(timer); reject(error); };
    wx.getLocation({
      type: "wgs84",
      success: (found) => {
        clearTimeout(timer);
        resolve({ coords: { latitude: Number(found.latitude), longitude: Number(found.longitude), accuracy: Number(found.accuracy) || 0 } });
      },
      cancel: () => over(Object.assign(new Error("refused"), { refused: true })),
      fail: () => over(new Error("failed")),
    });
  });
}
