import { ImportError } from "../imported.ts";
import { allOf, fieldPath, freshName } from "../rule-text.ts";
import type { Part } from "./sequence-part.ts";
import type { EqlWriter } from "./write-expression.ts";
import { namedKey } from "./write-keys.ts";

/** The keys of a rule. */
export interface By {
  /** Empty, and `perStep`, where each step says its own. */
  readonly clause: string;
  readonly perStep: boolean;
  /** Declarations of the conditions that the clause asks for, and the parts with these instead of their own. */
  readonly lets: readonly string[];
  readonly parts: readonly Part[];
}

/**
 * The keys of a sequence: one BY where all steps have the same, one per step where each stream has its own, else one that asks
 * which condition an event satisfies. `taken` holds the names that a LET must not have.
 */
export function writeBy(parts: readonly Part[], taken: Set<string>, writer: EqlWriter): By {
  const [first] = parts;
  if (first === undefined || first.keys.length === 0) return { clause: "", perStep: false, lets: [], parts };
  const { line } = first.step;
  const name = (key: string, i: number): string => namedKey(key, first.names[i] ?? "", line);
  if (parts.every((part) => sameKeys(part, first))) {
    return { clause: `BY ${first.keys.map(name).join(", ")}`, perStep: false, lets: [], parts };
  }
  const byStream = [...Map.groupBy(parts, ({ stream }) => stream).values()];
  const oneEach = byStream.every(([one, ...more]) => more.every((part) => one !== undefined && sameKeys(part, one)));
  if (oneEach && first.keys.every((key, i) => name(key, i) === key)) {
    return { clause: "", perStep: true, lets: [], parts };
  }
  checkHidden(parts);
  if (!oneEach) {
    const message = "an event that satisfies two steps with different keys counts for the first of them alone";
    writer.notes.push({ level: "note", line, message });
  }
  const lets: string[] = [];
  const named = parts.map((part, i): Part => {
    if (part.where === "TRUE") return part;
    const where = freshName(`is_${part.step.category ?? "event"}_${i + 1}`, taken);
    lets.push(`LET ${where} = ${part.where}`);
    return { ...part, where };
  });
  const keys = first.keys.map((key, i) => {
    if (parts.every(({ keys: own }) => own[i] === key)) return name(key, i);
    const arms = named.map(({ stream, where, keys: own }) => {
      const is = `STREAM_NAME() = ${JSON.stringify(stream.replaceAll("`", ""))}`;
      return `WHEN ${allOf(byStream.length === 1 ? [where] : [is, where])} THEN ${own[i] ?? "NULL"}`;
    });
    return `CASE ${arms.join(" ")} END AS ${fieldPath(["_", first.names[i] ?? ""], line).slice(2)}`;
  });
  return { clause: `BY ${keys.join(", ")}`, perStep: false, lets, parts: named };
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
