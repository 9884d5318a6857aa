/**
 * What the lines of a writer have in common: the texts between the values, and the place of each value.
 *
 *   {"user":"u1","at":{"lat":1.5}}      {"user":  ·  ,"at":{"lat":  ·  }}
 */
export interface LineShape {
  /** One more than there are values. */
  readonly separators: readonly string[];
  /** The names that lead to each value, from the outermost. */
  readonly paths: readonly (readonly string[])[];
}

/** Longer shapes are not worth their code. */
const MAX_VALUES = 64;
const MAX_DEPTH = 8;
const MAX_SEPARATOR = 200;

/**
 * The shape of a line that holds one JSON object; `null` where it has none: with a list, an empty object, a name that comes twice, or that
 * is written with escapes, in other letters than ASCII, or means something else in a program.
 */
export function shapeOf(line: string): LineShape | null {
  const separators: string[] = [];
  const paths: (readonly string[])[] = [];
  let from = 0;
  let at = 0;

  const skipBlanks = (): void => {
    while (at < line.length && " \t\r".includes(line[at]!)) at++;
  };
  const take = (text: string): boolean => {
    skipBlanks();
    if (line[at] !== text) return false;
    at++;
    skipBlanks();
    return true;
  };
  const readName = (): string | null => {
    const found = plainName.exec(line.slice(at, at + MAX_SEPARATOR))?.[1];
    if (found === undefined || found === "__proto__") return null;
    at += found.length + 2;
    return found;
  };
  const readObject = (path: readonly string[]): boolean => {
    if (path.length >= MAX_DEPTH || !take("{")) return false;
    const names = new Set<string>();
    do {
      const name = readName();
      if (name === null || names.has(name) || !take(":")) return false;
      names.add(name);
      const inner = [...path, name];
      if (line[at] === "{" ? !readObject(inner) : !readValue(inner)) return false;
    } while (take(","));
    return take("}");
  };
  const readValue = (path: readonly string[]): boolean => {
    const value = scalar.exec(line.slice(at))?.[0];
    if (value === undefined || paths.length >= MAX_VALUES || at - from > MAX_SEPARATOR) return false;
    separators.push(line.slice(from, at));
    paths.push(path);
    at += value.length;
    from = at;
    return true;
  };

  skipBlanks();
  if (!readObject([]) || at !== line.length || paths.length === 0) return null;
  // A carriage return belongs to the end of the line.
  separators.push(line.slice(from).replace(/\r$/, ""));
  return separators.every((text) => plainText.test(text)) ? { separators, paths } : null;
}

// Whole numbers as names come first in an object, whatever their place in the text.
const plainName = /^"([A-Za-z_@$][ !#-[\]-~]*|)"/;
const scalar = /^(?:"(?:[^"\\]|\\.)*"|-?[0-9][-+.0-9eE]*|true|false|null)/s;
const plainText = /^[ -~\t\r]*$/;
