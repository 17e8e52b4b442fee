// The skip logic and rules of a questionnaire, as surveys/rules/expressions.py decides them.
// A tree is [what, …parts]; answers are texts or lists of texts.
function plain(value) {
  if (value === true) return "true";
  return Array.isArray(value) ? value.join(" ") : value || "";
}

function chosen(value) {
  return Array.isArray(value) ? value : plain(value).split(" ").filter(Boolean);
}

function compare(sign, left, right) {
  const one = left.trim() === "" ? NaN : Number(left);
  const two = right.trim() === "" ? NaN : Number(right);
  const numbers = !isNaN(one) && !isNaN(two);
  const a = numbers ? one : left;
  const b = numbers ? two : right;
  if (sign === "=") return a === b;
  if (sign === "!=") return a !== b;
  if (!numbers) return false;
  return { "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two }[sign];
}

function call(name, parts) {
  if (name === "not") return !parts[0] || (Array.isArray(parts[0]) && !parts[0].length);
  if (name === "selected") return chosen(parts[0]).indexOf(plain(parts[1])) >= 0;
  if (name === "count-selected") return String(chosen(parts[0]).length);
  if (name === "string-length") return String(Array.from(plain(parts[0])).length);
  return new RegExp(`^(?:${plain(parts[1])})$`, "s").test(plain(parts[0]));
}

function evaluate(tree, answers, own) {
  const kind = tree[0];
  if (kind === "text") return tree[1];
  if (kind === "answer") return (tree[1] === "." ? own : answers[tree[1]]) || "";
  const parts = tree.slice(1);
  if (kind === "and") return parts.every((part) => holds(part, answers, own));
  if (kind === "or") return parts.some((part) => holds(part, answers, own));
  const found = parts.map((part) => evaluate(part, answers, own));
  if (/^(=|!=|<|<=|>|>=)$/.test(kind)) return compare(kind, plain(found[0]), plain(found[1]));
  return call(kind, found);
}

export function holds(tree, answers, own) {
  const found = evaluate(tree, answers, own);
  return Array.isArray(found) ? found.length > 0 : Boolean(found);
}
