import { ReadError } from "./read-error.ts";

const delimiters = [",", "\t", ";", "|"];

/** The delimiter that occurs most often in the header line. */
export function guessDelimiter(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, "");
  const counts = delimiters.map((delimiter) => unquoted.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))]!;
}

/**
 * The names of the columns; one without a name is `column_1`, `column_2` … by its place.
 *
 * Errors  `bad-csv-header` where two columns have one name.
 */
export function readHeader(fields: readonly string[]): readonly string[] {
  const names = fields.map((field, i) => (field.trim() === "" ? `column_${i + 1}` : field.trim()));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ReadError("bad-csv-header", `two columns of the header are named \`${twice}\``, {
      hint: "give one of them another name",
    });
  }
  return names;
}
