import type { SeverityName } from "@weir/dsl";

/** The EQL query of a file, and what the file says of it. */
export interface DetectionRule {
  readonly query: string;
  readonly name?: string;
  readonly severity?: SeverityName;
}

const severities: Readonly<Record<string, SeverityName>> = {
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  critical: "CRITICAL",
};

/**
 * The query of a detection rule in TOML, as Elastic publishes them; of any other file the whole text.
 *
 * Lines before the query are blank, so that lines of it are those of the file. Of TOML only what such rules need is read: a
 * `query` between three quotes, and the `name` and `severity` of the rule.
 */
export function readDetectionRule(text: string): DetectionRule {
  const last = lastQuery(text);
  if (last === null) return { query: text };
  const { quotes, start } = last;
  const end = text.indexOf(quotes, start);
  const body = text.slice(start, end < 0 ? undefined : end);
  const lines = text.slice(0, start).split("\n").length - 1;
  const query = "\n".repeat(lines) + (quotes === "'''" ? body : unescaped(body));
  const head = /^\[rule\][ \t]*$([\s\S]*)/m.exec(text)?.[1] ?? text;
  const name = /^name[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"/m.exec(head)?.[1];
  const severity = severities[/^severity[ \t]*=[ \t]*"(\w+)"/m.exec(head)?.[1] ?? ""];
  return {
    query,
    ...(name === undefined ? {} : { name: unescaped(name) }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Other tables of such a file have queries too; that of the rule is the last. */
function lastQuery(text: string): { quotes: string; start: number } | null {
  let last: { quotes: string; start: number } | null = null;
  for (const { 0: all, 1: quotes = "", index } of text.matchAll(/^query[ \t]*=[ \t]*('''|""")/gm)) {
    last = { quotes, start: index + all.length };
  }
  return last;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

/** A basic string of TOML; what is no escape is left as it stands. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([btnfr"\\]))/g,
    (_, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (escapes[letter ?? ""] ?? letter ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
