import { ImportError } from "../imported.ts";
import type { PatternPart } from "../wildcard.ts";
import { type Encoding, encode, encodings } from "./encodings.ts";

/** The modifiers behind the name of a field: `Image|endswith|cased`. */
export interface Modifiers {
  readonly match: "equals" | "contains" | "startswith" | "endswith" | "re" | "cidr" | "exists" | "fieldref" | Order;
  readonly all: boolean;
  readonly cased: boolean;
  readonly neq: boolean;
  readonly windash: boolean;
  /** How values are encoded, in this order. */
  readonly encodings: readonly Encoding[];
  /** Flags of `re`. */
  readonly flags: string;
}

export type Order = "gt" | "gte" | "lt" | "lte";

const matches = [
  "contains",
  "startswith",
  "endswith",
  "re",
  "cidr",
  "exists",
  "fieldref",
  "gt",
  "gte",
  "lt",
  "lte",
] as const;
const switches = ["all", "cased", "neq", "windash"];
const textMatches: readonly string[] = ["equals", "contains", "startswith", "endswith"];
const flags: Readonly<Record<string, string>> = {
  i: "i",
  m: "m",
  s: "s",
  ignorecase: "i",
  multiline: "m",
  dotall: "s",
};

export function readModifiers(names: readonly string[], line: number): Modifiers {
  let match: Modifiers["match"] = "equals";
  const on = new Set<string>();
  const encoded: Encoding[] = [];
  let regexFlags = "";
  for (const name of names) {
    const known = matches.find((one) => one === name);
    const flag = match === "re" ? flags[name] : undefined;
    const encoding = encodings.find((one) => one === name);
    if (known !== undefined) {
      if (match !== "equals") throw new ImportError(line, `\`${match}\` and \`${known}\` together have no equivalent`);
      match = known;
    } else if (flag !== undefined) regexFlags += flag;
    else if (encoding !== undefined) encoded.push(encoding);
    else if (switches.includes(name)) on.add(name);
    else throw new ImportError(line, `the modifier \`${name}\` has no equivalent`);
  }
  const last = encoded.at(-1);
  if (
    last !== undefined &&
    (!last.startsWith("base64") || encoded.slice(0, -1).some((one) => one.startsWith("base64")))
  ) {
    throw new ImportError(line, `the modifier \`${last}\` has an equivalent only where one base64 follows last`);
  }
  if (last !== undefined && !textMatches.includes(match)) {
    throw new ImportError(line, `\`${last}\` and \`${match}\` together have no equivalent`);
  }
  return {
    match,
    all: on.has("all"),
    cased: on.has("cased"),
    neq: on.has("neq"),
    windash: on.has("windash"),
    encodings: encoded,
    flags: regexFlags,
  };
}

/** A value with Sigma's wildcards: `*` and `?`, which a backslash before them takes literally. */
export function readPattern(text: string): readonly PatternPart[] {
  return [...text.matchAll(/\\[\\*?]|[*?]|[^\\*?]+|\\/g)].map(([part]): PatternPart => {
    if (part === "*") return "any";
    if (part === "?") return "one";
    return { text: /^\\[\\*?]$/.test(part) ? part.slice(1) : part };
  });
}

/** The values that a value with encodings stands for, each to be taken literally. */
export function encodedPatterns(text: string, names: readonly Encoding[], line: number): readonly PatternPart[][] {
  const parts = readPattern(text);
  const literal = parts.map((part) => (typeof part === "string" ? null : part.text));
  if (literal.includes(null)) throw new ImportError(line, "a wildcard in an encoded value has no equivalent");
  const encoded = encode(literal.join(""), names);
  if (encoded.includes("")) throw new ImportError(line, `\`${text}\` is too short to be found in base64`);
  return encoded.map((one) => [{ text: one }]);
}

/** More would be no rule that anyone could read. */
const maxVariants = 625;

/** A value with each way to write the dashes that begin options: `-`, `/`, en dash, em dash, horizontal bar. */
export function dashVariants(text: string, line: number): readonly string[] {
  let variants = [""];
  let at = 0;
  for (const found of text.matchAll(/\B[-/]\b/g)) {
    const before = text.slice(at, found.index);
    variants = variants.flatMap((start) => ["-", "/", "–", "—", "―"].map((dash) => start + before + dash));
    if (variants.length > maxVariants) {
      throw new ImportError(line, "`windash` with more than four dashes has no equivalent");
    }
    at = found.index + 1;
  }
  return variants.map((start) => start + text.slice(at));
}
