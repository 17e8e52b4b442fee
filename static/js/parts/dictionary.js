// Finds a thing by what people type. The same function as wufei_public/learning/rules/search.py:
// tests/learning/test_phone.py holds them equal, so whoever changes one changes the other.
const MOST_TYPED = 20;
const MOST_FOUND = 12;
const MOST_NEAR = 6;
const LEAST_BEGINNING = 2;
const LEAST_PART = 3;
const LEAST_SLIP = 4;
const NEAR_BY_SOUND = 40;
const NEAR = 41;
const LETTERS = /^[a-z]+$/;

export function normalised(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[ \t\r\n\f\v'’·|()]/g, "");
}

// A name, and how it is said without what stands in brackets.
function waysOf(name) {
  const bare = name.replace(/\uff08[^\uff08\uff09]*\uff09|\([^()]*\)/g, "");
  return bare && bare !== name ? [name, bare] : [name];
}

// `index` is the file that the server makes: {readings: {syllable: characters}, words: {word:
// "syllable syllable"}, items: [[name,
// "alias|alias", class, kind, first, second, tip, note, English name], …]}.
export function prepare(index) {
  const readings = { words: Object.create(null), longest: 1 };
  Object.keys(index.words).forEach((word) => {
    readings.words[word] = index.words[word].split(" ");
    readings.longest = Math.max(readings.longest, Array.from(word).length);
  });
  Object.keys(index.readings).forEach((syllable) => {
    Array.from(index.readings[syllable]).forEach((character) => { readings[character] = syllable; });
  });
  const forms = index.items.map((item) => [item[0]].concat(item[1] ? item[1].split("|") : [])
    .map((name, place) => waysOf(name).map((text) => formOf(normalised(text), Math.min(place, 1), readings))).flat());
  return { items: index.items, english: index.items.map((item) => normalised(item[8])), forms, readings };
}

function spell(text, readings) {
  const letters = Array.from(text);
  const found = [];
  for (let at = 0; at < letters.length;) {
    const word = wordAt(letters, at, readings);
    (word ? readings.words[word] : [readings[letters[at]] || letters[at]]).forEach((one) => found.push(one));
    at += Array.from(word).length || 1;
  }
  return found;
}

// The longest word that begins at a place, "" where none does.
function wordAt(letters, at, readings) {
  for (let end = Math.min(letters.length, at + readings.longest); end > at + 1; end -= 1) {
    const word = letters.slice(at, end).join("");
    if (readings.words[word]) return word;
  }
  return "";
}

function formOf(text, alias, readings) {
  const syllables = spell(text, readings);
  const tails = syllables.map((_, at) => syllables.slice(at).join("")).slice(1);
  return { text, alias, tails, sound: syllables.join(""), initials: syllables.map((one) => Array.from(one)[0]).join("") };
}

// The places in `index.items` of what `words` mean, best first; what they nearly mean only where
// nothing fits, and not at all without `slips`.
export function find(dictionary, words, slips = true) {
  const typed = Array.from(normalised(words)).slice(0, MOST_TYPED).join("");
  if (!typed) return [];
  const found = ranked(dictionary, typed, fit, true).slice(0, MOST_FOUND);
  const best = found.length || !slips ? found : ranked(dictionary, typed, near, false).slice(0, MOST_NEAR);
  return best.map((rank) => rank[2]);
}

function ranked(dictionary, typed, how, english) {
  const sound = spell(typed, dictionary.readings).join("");
  const ranks = [];
  dictionary.forms.forEach((forms, place) => {
    let best = null;
    const offer = (tier, alias, length) => {
      if (tier && (!best || tier * 2 + alias < best[0] || (tier * 2 + alias === best[0] && length < best[1]))) best = [tier * 2 + alias, length, place];
    };
    forms.forEach((form) => offer(how(form, typed, sound), form.alias, Array.from(form.text).length));
    if (english) offer(fitEnglish(dictionary.english[place], typed), 0, Array.from(forms[0].text).length);
    if (best) ranks.push(best);
  });
  return ranks.sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
}

function fit(form, typed, sound) {
  if (form.text === typed) return 1;
  if (form.text.startsWith(typed)) return 3;
  if (form.text.indexOf(typed) >= 0) return 5;
  if (Array.from(form.text).length >= LEAST_BEGINNING && typed.indexOf(form.text) >= 0) return 7;
  if (LETTERS.test(typed)) return fitLetters(form, typed);
  return form.sound === sound ? 9 : 0;
}

function fitLetters(form, typed) {
  if (form.sound === typed) return 2;
  if (typed.length < LEAST_BEGINNING) return 0;
  if (form.initials === typed) return 4;
  if (form.sound.startsWith(typed)) return 6;
  if (form.initials.startsWith(typed)) return 8;
  return typed.length >= LEAST_PART && form.tails.some((tail) => tail.startsWith(typed)) ? 10 : 0;
}

function fitEnglish(name, typed) {
  if (typed.length < LEAST_PART || !LETTERS.test(typed)) return 0;
  if (name.startsWith(typed)) return 11;
  return name.indexOf(typed) >= 0 ? 12 : 0;
}

function near(form, typed, sound) {
  const alike = Array.from(sound).length >= LEAST_SLIP && oneSlip(form.sound, sound);
  if (LETTERS.test(typed)) return alike ? NEAR_BY_SOUND : 0;
  if (Array.from(typed).length < LEAST_BEGINNING || !oneSlip(form.text, typed)) return 0;
  return alike ? NEAR_BY_SOUND : NEAR;
}

export function oneSlip(one, other) {
  const a = Array.from(one);
  const b = Array.from(other);
  if (Math.abs(a.length - b.length) > 1 || one === other) return false;
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at += 1;
  const rest = (letters, from) => letters.slice(from).join("");
  if (a.length === b.length) return rest(a, at + 1) === rest(b, at + 1);
  return a.length > b.length ? rest(a, at + 1) === rest(b, at) : rest(b, at + 1) === rest(a, at);
}
