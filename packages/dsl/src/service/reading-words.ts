import type { Dur } from "../ast.ts";
import { formatDuration } from "../duration-literal.ts";

/** A duration in words: `10 s`, `1 h 30 m`, or the name of its PARAM. */
export function durationWords(dur: Dur): string {
  if (dur.kind === "name") return code(dur.name);
  return formatDuration(dur.ms)
    .replaceAll(/(\d+)(ms|[dhms])(?=\d)/g, "$1 $2 ")
    .replace(/(\d+)(ms|[dhms])$/, "$1 $2");
}

const LONGEST_CODE = 120;

/** A piece of the text of a rule within a sentence. */
export function code(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  const shown = line.length > LONGEST_CODE ? `${line.slice(0, LONGEST_CODE)}…` : line;
  return shown.includes("`") ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

/** `a`, `a and b`, `a, b and c` */
export function joined(parts: readonly string[], word: "and" | "or" | "then" = "and"): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} ${word} ${last}`;
}
