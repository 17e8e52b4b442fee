// Cuts bundled CSS to what the pages use: WeUI's rules for classes that no template names,
// custom properties that no rule reads, keyframes that no rule runs.

// Splits CSS into rules: {head, body} with body a list of rules, or {head, text} with declarations.
function parse(css) {
  const rules = [];
  let at = 0;
  while (at < css.length) {
    const end = find(css, at, "{;");
    const head = css.slice(at, end).trim();
    if (end === css.length || css[end] === ";") {
      if (head) rules.push({ head, text: null });
      at = end + 1;
      continue;
    }
    const close = closing(css, end);
    const inner = css.slice(end + 1, close);
    rules.push(/^@(media|supports|layer)/.test(head) ? { head, body: parse(inner) } : { head, text: inner });
    at = close + 1;
  }
  return rules;
}

// The first of `marks` from `at` on that stands in no string, comment or bracket.
function find(css, at, marks) {
  let depth = 0;
  for (let i = at; i < css.length; i += 1) {
    const c = css[i];
    if (c === '"' || c === "'") i = endOfString(css, i);
    else if (c === "/" && css[i + 1] === "*") i = css.indexOf("*/", i) + 1;
    else if (c === "(") depth += 1;
    else if (c === ")") depth -= 1;
    else if (depth === 0 && marks.includes(c)) return i;
  }
  return css.length;
}

function endOfString(css, at) {
  let i = at + 1;
  while (i < css.length && css[i] !== css[at]) i += css[i] === "\\" ? 2 : 1;
  return i;
}

function closing(css, open) {
  let depth = 0;
  for (let i = open; i < css.length; i += 1) {
    const c = css[i];
    if (c === '"' || c === "'") i = endOfString(css, i);
    else if (c === "{") depth += 1;
    else if (c === "}" && (depth -= 1) === 0) return i;
  }
  throw new Error("a brace is not closed");
}

function split(text, mark) {
  const parts = [];
  let at = 0;
  while (at <= text.length) {
    const end = find(text, at, mark);
    parts.push(text.slice(at, end));
    at = end + 1;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

// A word that ends in - or _ stands for all that begin so: `wf-chip--{{ state }}`.
function wordTest(text) {
  const words = new Set(text.match(/[A-Za-z][\w-]*/g));
  const starts = [...words].filter((word) => /^(wf|weui)-.*[-_]$/.test(word));
  return (word) => words.has(word) || starts.some((start) => word.startsWith(start));
}

function inUse(selector, named) {
  const plain = selector.replace(/:not\([^)]*\)/g, "");
  const classes = plain.match(/\.-?[A-Za-z_][\w-]*/g) || [];
  return classes.every((name) => !name.startsWith(".weui-") || named(name.slice(1)));
}

function keepRules(rules, named) {
  const kept = [];
  for (const rule of rules) {
    if (rule.body) {
      const body = keepRules(rule.body, named);
      if (body.length) kept.push({ head: rule.head, body });
    } else if (rule.text === null || rule.head.startsWith("@")) {
      kept.push(rule);
    } else {
      const head = split(rule.head, ",").filter((selector) => inUse(selector, named)).join(",");
      if (head && rule.text) kept.push({ head, text: rule.text });
    }
  }
  return kept;
}

function dropDeclarations(rules, unwanted) {
  return rules.map((rule) => {
    if (rule.body) return { head: rule.head, body: dropDeclarations(rule.body, unwanted) };
    if (!rule.text || rule.head.startsWith("@")) return rule;
    return { head: rule.head, text: split(rule.text, ";").filter((one) => !unwanted(one)).join(";") };
  });
}

function print(rules) {
  return rules.map((rule) => {
    if (rule.body) {
      const inner = print(rule.body);
      return inner && `${rule.head}{${inner}}`;
    }
    if (rule.text === null) return `${rule.head};`;
    return rule.text && `${rule.head}{${rule.text}}`;
  }).join("");
}

function everyMatch(sheets, pattern) {
  const text = [...sheets.values()].map(print).join("\n");
  return new Set([...text.matchAll(pattern)].map((match) => match[1]));
}

// A property that only unused properties read is unused too, hence the repetition.
function dropProperties(sheets) {
  for (;;) {
    const read = everyMatch(sheets, /var\((--[\w-]+)/g);
    const unused = (one) => one.startsWith("--") && !read.has(one.split(":")[0].trim());
    const before = [...sheets.values()].map(print).join("").length;
    for (const [name, rules] of sheets) sheets.set(name, dropDeclarations(rules, unused));
    if ([...sheets.values()].map(print).join("").length === before) return;
  }
}

function dropKeyframes(sheets) {
  const text = [...sheets.values()].map((rules) => print(rules.filter((rule) => !/^@(-webkit-)?keyframes/.test(rule.head)))).join("\n");
  const run = new Set(text.match(/[A-Za-z][\w-]*/g));
  const keep = (rule) => !/^@(-webkit-)?keyframes/.test(rule.head) || run.has(rule.head.split(/\s+/)[1]);
  for (const [name, rules] of sheets) sheets.set(name, rules.filter(keep));
}

// Returns the style sheets (name → CSS) cut to what `text`, all templates and scripts, names.
export function cutStyles(styles, text) {
  const named = wordTest(text);
  const sheets = new Map([...styles].map(([name, css]) => [name, keepRules(parse(css), named)]));
  dropKeyframes(sheets);
  dropProperties(sheets);
  return new Map([...sheets].map(([name, rules]) => [name, print(rules)]));
}
