import { ReadError } from "@weir/connectors/files";
import type { Console } from "../terminal/console.ts";
import { printable } from "../terminal/style.ts";

const shownRecords = 10;

/** Says what is wrong with the input: of bad records the first few, then how many more there were. */
export class BadInput {
  readonly #console: Console;
  /** Bad records, of the reader and of the engine. */
  records = 0;
  /** Files that could not be read to their end. */
  files = 0;

  constructor(console: Console) {
    this.#console = console;
  }

  record(file: string, line: number, reason: string, text: string, count = 1): void {
    if (this.records < shownRecords) {
      const { err, paintErr } = this.#console;
      err.write(`${paintErr("bold", `${printable(file)}:${line}:`)} ${printable(reason)}\n`);
      if (text !== "") err.write(`  ${paintErr("dim", printable(text))}\n`);
    }
    this.records += count;
  }

  file(name: string, error: unknown): void {
    this.files++;
    if (!(error instanceof ReadError)) throw error;
    const opened = error.code !== "cannot-open" && error.code !== "cannot-read";
    this.#console.complain(opened ? `${name}: ${error.message}` : error.message, error.hint);
  }

  /** How many records were not shown. */
  finish(): void {
    const more = this.records - shownRecords;
    if (more > 0) this.#console.err.write(`… and ${more} more bad record${more === 1 ? "" : "s"}\n`);
  }
}
