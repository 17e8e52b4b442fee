// Makes a photo small enough for a weak signal, without ever standing in its way: what cannot be
// decoded here (HEIC, broken, too large for the phone) goes to the server as it is.
import { readBlob } from "./page.js";
import { readExif } from "./exif.js";

const LONGEST = 2048;
const QUALITY = 0.8;
const SMALL = 700 * 1024;
const SMALL_OTHER = 3 * 1024 * 1024;
// Camera apps put thumbnails before the picture: EXIF ends well within this.
const HEAD = 256 * 1024;
const PATIENCE = 20000;

// Returns {blob, facts, exif}: facts only where the EXIF block was lost on the way, since the server
// reads it itself from a photo that comes as it is; exif is what this browser could read of it.
export async function prepare(file) {
  const asItIs = { blob: file, facts: {}, exif: {} };
  try {
    const head = await readBlob(file.slice(0, HEAD), "ArrayBuffer");
    const jpeg = head.byteLength > 2 && new DataView(head).getUint16(0) === 0xffd8;
    const exif = jpeg ? readExif(head) : null;
    if (exif) asItIs.exif = exif.facts;
    if (jpeg ? file.size <= SMALL : file.size <= SMALL_OTHER || !/^image\/(png|webp)/.test(file.type)) return asItIs;
    const image = await decode(exif ? withoutExif(file, exif) : file);
    const blob = await draw(image, exif ? exif.orientation : 1);
    return blob && blob.size < file.size ? { blob, facts: asItIs.exif, exif: asItIs.exif } : asItIs;
  } catch (error) {
    return asItIs; // this browser cannot decode it; the server can
  }
}

// Browsers differ in whether they turn a photo by its EXIF block; without the block none does,
// so that it is turned exactly once, by us.
function withoutExif(file, exif) {
  return new Blob([file.slice(0, exif.start), file.slice(exif.end)], { type: "image/jpeg" });
}

function decode(blob) {
  const address = URL.createObjectURL(blob);
  return new Promise((resolve, reject) => {
    const image = new Image();
    const late = setTimeout(() => reject(new Error("slow")), PATIENCE);
    image.onload = () => { clearTimeout(late); resolve(image); };
    image.onerror = () => { clearTimeout(late); reject(new Error("no image")); };
    image.src = address;
  }).finally(() => setTimeout(() => URL.revokeObjectURL(address), PATIENCE));
}

// The canvas matrix of each EXIF orientation, for a picture of width w and height h as stored.
const TURNS = {
  2: (w) => [-1, 0, 0, 1, w, 0],
  3: (w, h) => [-1, 0, 0, -1, w, h],
  4: (w, h) => [1, 0, 0, -1, 0, h],
  5: () => [0, 1, 1, 0, 0, 0],
  6: (w, h) => [0, 1, -1, 0, h, 0],
  7: (w, h) => [0, -1, -1, 0, h, w],
  8: (w) => [0, -1, 1, 0, 0, w],
};

function draw(image, orientation) {
  const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
  const w = Math.max(1, Math.round(image.naturalWidth * scale));
  const h = Math.max(1, Math.round(image.naturalHeight * scale));
  const canvas = document.createElement("canvas");
  const onSide = orientation >= 5 && orientation <= 8;
  canvas.width = onSide ? h : w;
  canvas.height = onSide ? w : h;
  const context = canvas.getContext("2d");
  if (TURNS[orientation]) context.setTransform.apply(context, TURNS[orientation](w, h));
  context.drawImage(image, 0, 0, w, h);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
