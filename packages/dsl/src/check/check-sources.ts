import type { Name } from "../ast.ts";
import type { Names } from "./names.ts";
import type { Report } from "./report.ts";

/** Streams that the files declare, or write with INTO. */
export function knownStreams(names: Names): ReadonlySet<string> {
  const derived = names.rules.flatMap(({ decl }) => decl.branches.flatMap(({ emit }) => emit.into?.text ?? []));
  return new Set([...names.streams.keys(), ...derived]);
}

/** Names of FROM: none twice, no tables, and a likely slip is said to be one. */
export function checkFrom(from: readonly Name[], names: Names, known: ReadonlySet<string>, report: Report): void {
  const seen = new Set<string>();
  for (const name of from) {
    if (seen.has(name.text)) {
      report.warning("duplicate-stream", name.span, `\`${name.text}\` stands in this FROM already`);
    }
    seen.add(name.text);
    checkStreamName(name, names, known, report);
  }
}

export function checkStreamName(name: Name, names: Names, known: ReadonlySet<string>, report: Report): void {
  if (known.has(name.text)) return;
  if (names.tables.has(name.text)) {
    report.error("unknown-stream", name.span, `\`${name.text}\` is a table, not a stream`, {
      hint: `look rows up with \`${name.text}[key]\``,
    });
    return;
  }
  const advice = report.didYouMean(name.text, known);
  // A stream need not be declared: only what resembles one that is looks like a slip.
  if (advice.hint !== undefined) {
    report.warning("unknown-stream", name.span, `no stream \`${name.text}\` is declared`, advice);
  }
}
