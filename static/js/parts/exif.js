// Reads time, position and orientation from a JPEG's EXIF block. Only what the report needs;
// anything odd gives null, never an exception: a photo is never refused for its EXIF.
const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const TAKEN = 0x9003;
const OFFSET = 0x9011;
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

export function readExif(buffer) {
  try {
    return readJpeg(new DataView(buffer));
  } catch (error) {
    return null; // cut short or malformed
  }
}

function readJpeg(view) {
  if (view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) {
      return Object.assign({ start: at, end: at + 2 + length }, readTiff(view, at + 10));
    }
    if (marker === 0xffda || (marker & 0xff00) !== 0xff00) return null;
    at += 2 + length;
  }
  return null;
}

function readTiff(view, base) {
  const little = view.getUint16(base) === 0x4949;
  const tiff = { view, base, little };
  const main = readIfd(tiff, view.getUint32(base + 4, little));
  const exif = main[EXIF_IFD] ? readIfd(tiff, main[EXIF_IFD][0]) : {};
  const gps = main[GPS_IFD] ? readIfd(tiff, main[GPS_IFD][0]) : {};
  return {
    orientation: main[ORIENTATION] ? main[ORIENTATION][0] : 1,
    facts: facts(exif, gps),
  };
}

function readIfd(tiff, offset) {
  const tags = {};
  const start = tiff.base + offset;
  const count = tiff.view.getUint16(start, tiff.little);
  for (let i = 0; i < count; i += 1) {
    const entry = start + 2 + i * 12;
    const value = readValue(tiff, entry);
    if (value) tags[tiff.view.getUint16(entry, tiff.little)] = value;
  }
  return tags;
}

function readValue(tiff, entry) {
  const view = tiff.view;
  const type = view.getUint16(entry + 2, tiff.little);
  const count = view.getUint32(entry + 4, tiff.little);
  const size = SIZES[type] * count;
  if (!size || size > 1024) return null;
  const at = size <= 4 ? entry + 8 : tiff.base + view.getUint32(entry + 8, tiff.little);
  if (at + size > view.byteLength) return null;
  if (type === 2) return readText(view, at, count);
  return Array.from({ length: count }, (_, i) => readNumber(view, type, at + i * SIZES[type], tiff.little));
}

function readText(view, at, count) {
  let text = "";
  for (let i = 0; i < count && view.getUint8(at + i); i += 1) text += String.fromCharCode(view.getUint8(at + i));
  return text.trim();
}

function readNumber(view, type, at, little) {
  if (type === 3) return view.getUint16(at, little);
  if (type === 4) return view.getUint32(at, little);
  if (type === 9) return view.getInt32(at, little);
  if (type === 5) return view.getUint32(at, little) / view.getUint32(at + 4, little);
  if (type === 10) return view.getInt32(at, little) / view.getInt32(at + 4, little);
  return view.getUint8(at);
}

// The fields that go with the upload, as text; what the photo does not say is absent.
function facts(exif, gps) {
  const found = {};
  const taken = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(exif[TAKEN] || "");
  if (taken && taken[1] > "1970") {
    // Most cameras write the time of their own clock without a zone: then it is this phone's zone.
    const zone = /^[+-]\d\d:\d\d$/.test(exif[OFFSET] || "") ? exif[OFFSET] : "";
    const instant = new Date(`${taken[1]}-${taken[2]}-${taken[3]}T${taken[4]}:${taken[5]}:${taken[6]}${zone}`);
    if (!isNaN(instant)) found.taken_at = instant.toISOString();
  }
  const lat = degrees(gps[2], gps[1], "S");
  const lon = degrees(gps[4], gps[3], "W");
  // Phones without a fix write 0, 0.
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon)) {
    found.lat = lat.toFixed(6);
    found.lon = lon.toFixed(6);
  }
  if (found.taken_at || found.lat) found.source = "exif";
  return found;
}

function degrees(parts, ref, negative) {
  if (!parts || parts.length < 3 || !ref) return NaN;
  const value = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return ref[0] === negative ? -value : value;
}
