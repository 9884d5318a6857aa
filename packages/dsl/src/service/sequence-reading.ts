import type { PlainStep, Quantifier, Sequence } from "../ast.ts";
import { code, joined } from "./reading-words.ts";

/** The steps of a sequence in words: `` at least 3 `logins` with `…` are followed by `transfers` ``. */
export function sequenceWords({ steps }: Sequence, text: string): string {
  const parts = steps.map((step) => {
    const members = step.kind === "group" ? step.members : [step];
    const words = members.map((member) => stepWords(member, text));
    const all =
      step.kind !== "group"
        ? (words[0] ?? "")
        : step.mode === "all"
          ? `${joined(words)} in any order`
          : joined(words, "or");
    const many =
      members.length > 1 || (members[0]?.quantifier?.max ?? (members[0]?.quantifier === undefined ? 1 : 2)) > 1;
    return { words: all, not: step.kind === "step" && step.not, next: step.next, many };
  });
  const [first, ...rest] = parts;
  if (first === undefined) return "";
  const followed = rest.map(({ words, not, next }, i) => {
    const by = `${i === 0 ? `${first.many ? "are" : "is"} followed` : "then"} ${next ? "directly " : ""}by`;
    return `${by} ${not ? "no " : ""}${words}`;
  });
  return rest.length === 0 ? `${first.words} comes` : `${first.words} ${followed.join(", ")}`;
}

function stepWords({ alias, stream, quantifier, where }: PlainStep, text: string): string {
  const who = code(stream?.text ?? alias?.text ?? "");
  const amount = quantifier === undefined ? "" : `${amountWords(quantifier)} `;
  return `${amount}${who}${where === undefined ? "" : ` with ${code(text.slice(where.span.start, where.span.end))}`}`;
}

function amountWords({ min, max }: Quantifier): string {
  if (max === null) return min === 0 ? "any number of" : min === 1 ? "one or more" : `at least ${min}`;
  if (min === 0 && max === 1) return "perhaps a";
  return min === max ? String(min) : `${min} to ${max}`;
}
