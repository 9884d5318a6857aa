const number = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The value of a CSV field by how it looks: nothing is NULL, `true` and `false` are BOOLEAN, `12` and `-1.5e3` NUMBER.
 *
 * Text stays what might be more than a number: `007`, `+1`, `1.` and whole numbers that a double cannot hold, such as ids of 20 digits.
 */
export function csvValue(text: string): string | number | boolean | null {
  if (text === "") return null;
  if (text === "true") return true;
  if (text === "false") return false;
  const match = number.exec(text);
  if (match === null) return ownText(text);
  const value = Number(text);
  const isWhole = match[1] === undefined && match[2] === undefined;
  const fits = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  return fits ? value : ownText(text);
}

/**
 * The same text in memory of its own. V8 keeps a longer piece of a string as a view of the whole, and a key that
 * lives for hours would keep the chunk of the file that it was read from.
 */
export function ownText(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
