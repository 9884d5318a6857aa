import { MAX_TEXT_LENGTH } from "../../limits.ts";
import { ImportError } from "../imported.ts";
import { allOf, anyOf, negated } from "../rule-text.ts";
import { fitsGlob } from "../wildcard.ts";

/** The conditions of the search identifiers, by name. */
export type Selections = ReadonlyMap<string, string>;

const maxDepth = 100;

/**
 * Writes the condition of a detection: `and`, `or`, `not`, parentheses, `1 of x*`, `any of them`, `all of x*`.
 *
 * Errors  `ImportError` where it cannot be read, names what is not there, or aggregates (which Sigma gave up).
 */
export function writeCondition(text: string, selections: Selections, line: number): string {
  const tokens = text.match(/[()|]|[^\s()|]+/g) ?? [];
  let at = 0;
  let depth = 0;
  let length = 0;
  const fail = (message: string): never => {
    throw new ImportError(line, `condition: ${message}`);
  };
  const is = (word: string, n = 0): boolean => tokens[at + n]?.toLowerCase() === word;
  const take = (word: string): boolean => is(word) && ++at > 0;

  function readOr(): string {
    const items = [readAnd()];
    while (take("or")) items.push(readAnd());
    return anyOf(items);
  }

  function readAnd(): string {
    const items = [readNot()];
    while (take("and")) items.push(readNot());
    return allOf(items);
  }

  function readNot(): string {
    if (++depth > maxDepth) fail(`more than ${maxDepth} levels of nesting`);
    const operand = take("not") ? negated(readNot()) : readPrimary();
    depth--;
    return operand;
  }

  function readPrimary(): string {
    const token = tokens[at] ?? fail("it ends where a search identifier is wanted");
    if (take("(")) {
      const inner = readOr();
      if (!take(")")) fail("a parenthesis is not closed");
      return inner;
    }
    if (is("of", 1) && (is("1") || is("any") || is("all"))) return readOf();
    if (is("of", 1)) fail(`\`${token} of\` has no equivalent, other than \`1 of\` and \`all of\``);
    const selection = selections.get(token) ?? fail(`there is no search identifier \`${token}\``);
    at++;
    return written(selection);
  }

  function readOf(): string {
    const all = is("all");
    at += 2;
    const pattern = tokens[at++] ?? fail("it ends behind `of`");
    const them = pattern.toLowerCase() === "them";
    const chosen = [...selections].filter(([name]) => (them ? !name.startsWith("_") : fitsGlob(name, pattern)));
    if (chosen.length === 0) fail(`no search identifier is called like \`${pattern}\``);
    return (all ? allOf : anyOf)(chosen.map(([, condition]) => written(condition)));
  }

  /** A search identifier may be named many times, and is written out each time. */
  function written(selection: string): string {
    length += selection.length;
    if (length > MAX_TEXT_LENGTH) fail("written out, it is longer than 1 MiB");
    return selection;
  }

  const condition = readOr();
  if (is("|")) fail("an aggregation (`| count() …`) is a correlation rule since version 2: rewrite it as one");
  if (at < tokens.length) fail(`\`${tokens[at]}\` does not fit where it stands`);
  return condition;
}
