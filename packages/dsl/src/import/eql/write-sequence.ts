import { formatDuration } from "../../duration-literal.ts";
import { ImportError } from "../imported.ts";
import { allOf, anyOf, freshName, negated } from "../rule-text.ts";
import type { EqlQuery } from "./eql-ast.ts";
import { type EqlStreams, fieldNames, type Part, partOf } from "./sequence-part.ts";
import { writeBy } from "./write-by.ts";
import type { EqlWriter } from "./write-expression.ts";

type Sequence = EqlQuery & { kind: "sequence" };

/** What stands before EMIT, and behind it. */
export interface SequenceClauses {
  /** Declarations that stand before the rule. */
  readonly lets: readonly string[];
  readonly clauses: string;
  readonly behind: string;
}

/** Longer than any sequence takes, and within the longest duration of the language. */
const foreverMs = 3_650 * 86_400_000;

/** `until` is written behind each event of the sequence, so its text grows with them. */
const maxSteps = 100;

export function writeSequence(query: Sequence, streams: EqlStreams, writer: EqlWriter): SequenceClauses {
  const parts = query.steps.map((step) => partOf(step, query.by, streams, writer));
  const until = query.until === null ? null : partOf(query.until, query.by, streams, writer);
  check(query, parts, until);
  const taken = new Set<string>();
  for (const { step } of until === null ? parts : [...parts, until]) fieldNames(step.where, taken);
  if (parts[0]?.step.missing === true) return writeLeadingMissing(query, parts, until, taken, writer);
  const by = writeBy(until === null ? parts : [...parts, until], taken, writer);
  const steps = by.parts.slice(0, parts.length);
  const spanMs = query.maxspanMs ?? (until === null ? null : foreverMs);
  if (query.maxspanMs === null && until !== null) {
    note(writer, query.line, "without maxspan a sequence is given up after 10 years");
  }
  const absence = parts.at(-1)?.step.missing === true;
  if (absence && parts.filter(({ step }) => !step.missing).length > 1) {
    note(writer, query.line, "where several first events are open, each of them tells that the last event is missing");
  }
  const clauses = [
    by.clause,
    `SEQUENCE ${writeSteps(steps, by.parts[parts.length] ?? null, by.perStep, taken).join(" THEN ")}`,
    // EQL follows the newest start alone. The same events complete the others, and the cooldown lets one of them tell.
    "MATCH EACH",
    // A span is over at its age here; there an event of that age still counts.
    spanMs === null ? "" : `WITHIN ${formatDuration(spanMs + 1)}`,
  ];
  return { lets: by.lets, clauses: clauses.join(" "), behind: absence ? "" : "COOLDOWN 1ms" };
}

function check(query: Sequence, parts: readonly Part[], until: Part | null): void {
  for (const { step, keys } of until === null ? parts : [...parts, until]) {
    if (keys.length !== parts[0]?.keys.length) {
      throw new ImportError(step.line, "the steps have different numbers of keys");
    }
  }
  if (parts.every(({ step }) => step.missing)) {
    throw new ImportError(query.line, "every event of the sequence is missing");
  }
  if (until?.step.missing === true) throw new ImportError(until.step.line, "`until` takes an event, not a missing one");
  const missing = parts.find(({ step }) => step.missing);
  if (missing !== undefined && query.maxspanMs === null) {
    throw new ImportError(missing.step.line, "a missing event needs `with maxspan`");
  }
  if (parts.reduce((sum, { step }) => sum + step.runs, 0) > maxSteps) {
    throw new ImportError(query.line, `a sequence of more than ${maxSteps} events has no equivalent`);
  }
  if (parts.length === 1 && parts[0]?.step.runs === 1) {
    throw new ImportError(query.line, "a sequence has two steps or more");
  }
}

function writeSteps(
  parts: readonly Part[],
  until: Part | null,
  perStep: boolean,
  taken: Set<string>,
): readonly string[] {
  const aliases = parts.map(({ step }, i) =>
    freshName(step.missing ? `no_${step.category ?? "event"}` : `${step.category ?? "event"}_${i + 1}`, taken),
  );
  const written: string[] = [];
  const lastPositive = parts.findLastIndex(({ step }) => !step.missing);
  for (const [i, part] of parts.entries()) {
    const next = parts.slice(i + 1).find(({ step }) => !step.missing);
    if (part.step.missing) {
      written.push(...forbidden(aliases[i] ?? "", part, next, perStep));
      continue;
    }
    // `until` also ends a run between the repeats of a step, which a quantifier would not.
    const copies = until === null ? 1 : part.step.runs;
    for (let n = 1; n <= copies; n++) {
      const alias = copies === 1 ? (aliases[i] ?? "") : freshName(`${aliases[i] ?? ""}_${n}`, taken);
      written.push(taking(alias, part, copies === 1 ? part.step.runs : 1, perStep));
      const last = i === lastPositive && n === copies;
      if (until === null || last) continue;
      written.push(...forbidden(freshName("until", taken), until, n < copies ? part : next, perStep));
    }
  }
  return written;
}

function taking(alias: string, part: Part, runs: number, perStep: boolean): string {
  return `${alias}: ${part.stream}${runs === 1 ? "" : `{${runs}}`}${suffix(part, part.where, perStep)}`;
}

/** An event that also satisfies the next step is that step's, not the one that must not come; none is left where that takes all. */
function forbidden(alias: string, part: Part, next: Part | undefined, perStep: boolean): readonly string[] {
  const both = next !== undefined && next.stream === part.stream;
  if (both && next.where === "TRUE") return [];
  const where = both ? allOf([part.where, negated(next.where)]) : part.where;
  return [`NOT ${alias}: ${part.stream}${suffix(part, where, perStep)}`];
}

function suffix({ keys }: Part, where: string, perStep: boolean): string {
  return `${where === "TRUE" ? "" : ` WHERE ${where}`}${perStep ? ` BY ${keys.join(", ")}` : ""}`;
}

/** `![a] [b]`: b, where no a came within the span before it. */
function writeLeadingMissing(
  query: Sequence,
  parts: readonly Part[],
  until: Part | null,
  taken: Set<string>,
  writer: EqlWriter,
): SequenceClauses {
  const by = writeBy(parts, taken, writer);
  const [missing, event] = by.parts;
  if (missing === undefined || event === undefined || parts.length !== 2 || until !== null || event.step.runs > 1) {
    throw new ImportError(query.line, "a missing first event has an equivalent only before one single event");
  }
  const oneStream = missing.stream === event.stream;
  const is = ({ stream, where }: Part): string => {
    if (oneStream) return where;
    return allOf([
      `STREAM_NAME() = ${JSON.stringify(stream.replaceAll("`", ""))}`,
      ...(where === "TRUE" ? [] : [where]),
    ]);
  };
  const clauses = [
    `FROM ${oneStream ? event.stream : `${missing.stream}, ${event.stream}`}`,
    `WHERE ${anyOf([is(missing), is(event)])}`,
    by.clause,
    `WITHIN ${formatDuration((query.maxspanMs ?? 0) + 1)}`,
    `WHEN ${is(event)} AND COUNT(${is(missing)}) = 0`,
  ];
  return { lets: by.lets, clauses: clauses.join(" "), behind: "" };
}

function note(writer: EqlWriter, line: number, message: string): void {
  writer.notes.push({ level: "note", line, message });
}
