import type { Advice } from "../reporter.ts";
import { suggest } from "../suggest.ts";

/** The advice to write the nearest of the names instead, where one is near. */
export function didYouMean(word: string, names: Iterable<string>): Advice {
  const near = suggest(word, names);
  return near === undefined ? {} : { hint: `did you mean \`${near}\`?`, fix: asWritten(near) };
}

/** A name as a rule file has it: in back-ticks where it is no word. */
function asWritten(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}

/** `` `a`, `b` and `c` `` */
export function listed(names: readonly string[]): string {
  const most = 10;
  const quoted = names.slice(0, most).map((name) => `\`${name}\``);
  if (names.length > most) return `${quoted.join(", ")} …`;
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}
