import { ImportError } from "../imported.ts";
import { allOf, fieldPath } from "../rule-text.ts";
import type { Part } from "./sequence-part.ts";
import type { EqlWriter } from "./write-expression.ts";
import { namedKey } from "./write-keys.ts";

/** The BY clause of a rule; empty, and `perStep`, where each step says its own. */
export interface By {
  readonly clause: string;
  readonly perStep: boolean;
}

/**
 * The keys of a sequence: one BY where all steps have the same, one per step where each stream has its own, else one that asks
 * which condition an event satisfies.
 */
export function writeBy(parts: readonly Part[], writer: EqlWriter): By {
  const [first] = parts;
  if (first === undefined || first.keys.length === 0) return { clause: "", perStep: false };
  const { line } = first.step;
  if (parts.every((part) => sameKeys(part, first))) {
    const keys = first.keys.map((key, i) => namedKey(key, first.names[i] ?? "", line));
    return { clause: `BY ${keys.join(", ")}`, perStep: false };
  }
  const byStream = [...Map.groupBy(parts, ({ stream }) => stream).values()];
  const oneEach = byStream.every(([one, ...more]) => more.every((part) => one !== undefined && sameKeys(part, one)));
  if (oneEach && first.keys.every((key, i) => namedKey(key, first.names[i] ?? "", line) === key)) {
    return { clause: "", perStep: true };
  }
  checkHidden(parts);
  if (!oneEach) {
    writer.notes.push({
      level: "note",
      line,
      message: "an event that satisfies two steps with different keys counts for the first of them alone",
    });
  }
  const keys = first.keys.map((_, i) => {
    const arms = parts.map(({ stream, where, keys: own }) => {
      const is = `STREAM_NAME() = ${JSON.stringify(stream.replaceAll("`", ""))}`;
      return `WHEN ${allOf(byStream.length === 1 ? [where] : [is, where])} THEN ${own[i] ?? "NULL"}`;
    });
    return `CASE ${arms.join(" ")} END AS ${fieldPath(["_", first.names[i] ?? ""], line).slice(2)}`;
  });
  return { clause: `BY ${keys.join(", ")}`, perStep: false };
}

function sameKeys(a: Part, b: Part): boolean {
  return a.keys.join("\n") === b.keys.join("\n");
}

/** A step that takes every event would leave none to a later step with another key. */
function checkHidden(parts: readonly Part[]): void {
  for (const [i, part] of parts.entries()) {
    const hides = (before: Part): boolean =>
      before.stream === part.stream && before.where === "TRUE" && !sameKeys(before, part);
    if (parts.slice(0, i).some(hides)) {
      throw new ImportError(
        part.step.line,
        "no equivalent: an earlier step takes every event of this kind, by a key of its own",
      );
    }
  }
}
