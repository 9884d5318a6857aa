import type { Advice } from "../reporter.ts";
import { suggest } from "../suggest.ts";

/** The advice to write the nearest of the names instead, where one is near. */
export function didYouMean(word: string, names: Iterable<string>): Advice {
  const near = suggest(word, names);
  if (near === undefined) return {};
  return { hint: `did you mean \`${near}\`?`, fix: /^[A-Za-z_]\w*$/.test(near) ? near : `\`${near}\`` };
}

/** `` `a`, `b` and `c` `` */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}
