/** What an import of rules of another language gives. */
export interface Imported {
  /** A rule file in canonical form that compiles; comments say what differs and what was left out. */
  readonly text: string;
  /** Names of the rules in it. */
  readonly rules: readonly string[];
  /** In the order of the source. */
  readonly findings: readonly Finding[];
}

/** Something to say about the source: a rule that could not be imported (`error`), or one that means something else (`note`). */
export interface Finding {
  readonly level: "error" | "note";
  /** Which of several sources. */
  readonly file?: string;
  /** Line of the source, counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** Ends the import of one rule: its source cannot be read, or has no equivalent. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}
