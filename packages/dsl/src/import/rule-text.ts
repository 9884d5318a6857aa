import { reservedWords } from "../lex/keywords.ts";
import { printAnyName, printName } from "../print/name.ts";
import { ImportError } from "./imported.ts";

/** A string literal: as it stands where it holds backslashes, else with the escapes of JSON. */
export function quoted(text: string): string {
  const asItStands = text.includes("\\") && !/["\r\n]/.test(text) && text.isWellFormed();
  return asItStands ? `r"${text}"` : JSON.stringify(text);
}

/** A path to a field of the event, from its names. */
export function fieldPath(names: readonly string[], line: number): string {
  const [first = "", ...rest] = names;
  for (const name of names) {
    if (name === "" || /[`\r\n]/.test(name)) throw new ImportError(line, `\`${name}\` cannot be the name of a field`);
  }
  return [printName(first), ...rest.map(printAnyName)].join(".");
}

/** One line of comment that says `text`, whatever is in it. */
export function comment(text: string): string {
  return `-- ${text.replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim()}`;
}

/** The text of a message that says `text` itself. */
export function messageText(text: string): string {
  return JSON.stringify(text.replaceAll("{", "{{").replaceAll("}", "}}"));
}

/** A name in lower case made of what a text says, that none of `taken` is; it is added to them. */
export function freshName(text: string, taken: Set<string>): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  const plain = words === "" ? "rule" : /^[a-z]/.test(words) ? words : `r_${words}`;
  const base = reservedWords.has(plain.toUpperCase()) ? `${plain}_` : plain;
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
  taken.add(name);
  return name;
}

/** Whether an address lies in a network; one without a length is a single address. */
export function inNetwork(address: string, network: string): string {
  const length = network.includes("/") ? "" : network.includes(":") ? "/128" : "/32";
  return `IN_CIDR(${address}, ${quoted(network + length)})`;
}

/** Conditions of which all must hold. */
export function allOf(conditions: readonly string[]): string {
  return joined(conditions, "AND", "TRUE");
}

/** Conditions of which one must hold. */
export function anyOf(conditions: readonly string[]): string {
  return joined(conditions, "OR", "FALSE");
}

/** A condition that holds where the other is FALSE, or NULL because a field is missing. */
export function negated(condition: string): string {
  return /^[\w.`]+ IS NOT NULL$/.test(condition)
    ? condition.replace("IS NOT NULL", "IS NULL")
    : `(NOT COALESCE(${condition}, FALSE))`;
}

function joined(conditions: readonly string[], operator: "AND" | "OR", ofNone: string): string {
  const [only] = conditions;
  if (only === undefined) return ofNone;
  return conditions.length === 1 ? only : `(${conditions.join(` ${operator} `)})`;
}
