import fc from "fast-check";

/** Texts that would do something if any of them were ever run as code: each calls a function that counts. */
export const payloads: readonly string[] = [
  '"];hostile();["',
  "'];hostile();['",
  '"];hostile();//',
  '\\"];hostile();//',
  '"+hostile()+"',
  "`${hostile()}`",
  "${hostile()}",
  '\\");hostile();("',
  "\u2028hostile();\u2029",
  '"\u2028;hostile();//',
  "*/hostile()/*",
  "//\nhostile();",
  "\n;hostile();//",
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
  "r0",
  "refs",
  "arguments",
  "});hostile();(()=>{",
  "</script><script>hostile()</script>",
  "\\u0022;hostile();",
  "\ud800hostile()",
  '"',
  "\\",
  "'",
];

let ran = 0;
(globalThis as Record<string, unknown>)["hostile"] = () => {
  ran++;
};

/** How often text of a rule was run as code since the last call. */
export function takeRuns(): number {
  const runs = ran;
  ran = 0;
  return runs;
}

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...payloads), weight: 3 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 12 }), weight: 1 },
  { arbitrary: fc.tuple(fc.constantFrom(...payloads), fc.constantFrom(...payloads)).map(([a, b]) => a + b), weight: 1 },
);

/** Different names, as far as a name in back-ticks may hold such texts. */
export function hostileNames(count: number): fc.Arbitrary<string[]> {
  const name = hostileText.map((text) => text.replaceAll(/[`\n\r]/g, "_")).filter((text) => text !== "");
  return fc.uniqueArray(name, { minLength: count, maxLength: count, selector: (text) => text.toLowerCase() });
}

export function named(name: string): string {
  return `\`${name}\``;
}

export function quotedText(text: string): string {
  return JSON.stringify(text);
}

/** A message that says just the text. */
export function messageText(text: string): string {
  return quotedText(text.replaceAll("{", "{{").replaceAll("}", "}}"));
}
