import type { PlanExpr, SequencePlan } from "../plan.ts";
import type { Row } from "../row.ts";
import type { Member } from "../sequence/step.ts";
import { ExpressionCode } from "./expression-code.ts";
import type { ScopeOf } from "./rule-code.ts";
import { quoted, type Source } from "./source.ts";

/** Which steps an event satisfies, or perhaps does, as bits. */
export type MaskOf = (row: Row) => number;

/**
 * Writes the function that tests an event against the steps of a sequence: stream and WHERE of each.
 *
 * `from` are the streams whose events come here at all.
 */
export function writeMask(
  source: Source,
  name: string,
  members: readonly Member[],
  from: readonly string[],
  scopeOf: (streams: readonly string[]) => ReturnType<ScopeOf>,
): void {
  const bits = members.map(({ streams, condition, perhaps, bit }) => {
    const isAny = from.every((stream) => streams.includes(stream));
    const tests = isAny ? [] : [`(${streams.map((stream) => `s === ${quoted(stream)}`).join(" || ")})`];
    if (!perhaps && condition !== null) tests.push(new ExpressionCode(scopeOf(streams)).isTrue(condition));
    return tests.length === 0 ? String(bit) : `(${tests.join(" && ")} ? ${bit} : 0)`;
  });
  source.line(`function ${name}(row) {`);
  source.line("const d = row.data, s = row.stream;");
  source.line(`return ${bits.join(" | ")};`);
  source.line("}");
}

/** The key of a sequence, where it is the same in all of its streams; else `null`. */
export function commonKey({ keys }: SequencePlan): readonly PlanExpr[] | null {
  const [first] = keys;
  if (first === undefined) return null;
  const text = JSON.stringify(first.exprs);
  return keys.every(({ exprs }) => JSON.stringify(exprs) === text) ? first.exprs : null;
}
