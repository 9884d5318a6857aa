import { describe, expect, test } from "vitest";
import { compileRegex, RegexError } from "../../packages/core/src/regex.ts";

describe("a regular expression", () => {
  test.each([
    ["is found anywhere", "b+", "abbc", true],
    ["may be anchored", "^b", "ab", false],
    ["may ignore case", "(?i)ADMIN", "an admin", true],
    ["knows Unicode classes", "^\\p{Lu}$", "É", true],
    ["takes a character beyond U+FFFF as one", "^.$", "😀", true],
    ["may be empty and is found then", "", "", true],
  ])("%s", (_, pattern, text, expected) => expect(compileRegex(pattern).test(text)).toBe(expected));

  test.each(["(", "[", "a**", "\\1", "(?=a)", "(?<!a)b", "a{1001}", "((a{100}){100}){100}"])(
    "`%s` is refused with a reason in lower case",
    (pattern) => {
      expect(() => compileRegex(pattern)).toThrow(RegexError);
      try {
        compileRegex(pattern);
      } catch (error) {
        expect((error as Error).message).toMatch(/^[a-z]/);
      }
    },
  );

  test.each(["(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x$", "(a?){50}a{50}$"])(
    "`%s`, which makes backtracking engines hang, is done with at once",
    (pattern) => {
      const regex = compileRegex(pattern);
      const start = performance.now();
      regex.test(`${"a".repeat(20_000)}!`);
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );
});
