import type { EventData } from "@weir/core";
import type { Skim } from "../skim.ts";
import { compileShape, type ShapeReader } from "./compile-shape.ts";
import { shapeOf } from "./line-shape.ts";
import { ScalarScanner } from "./scalar-scanner.ts";

/** Shapes that are kept; a file whose lines have more is read by JSON.parse. */
const MAX_SHAPES = 8;
/** Lines that may be looked at in search of another shape. */
const MAX_LOOKS = 64;
/** Longer lines are not learnt from. */
const MAX_LINE = 8192;
/** Lines of no known shape after which it is asked whether they are the most. */
const patience = 256;

/**
 * Reads lines of JSON as JSON.parse does, but faster where one line is written as the one before: then the places of the
 * values are known, and only these are read. Lines that differ are given back, and learnt from.
 *
 * State   at most 8 shapes, each with a program of its own, and a pool of texts.
 */
export class LineReader {
  readonly #isWanted: (field: string) => boolean;
  readonly #skim: Skim | null;
  readonly #scanner = new ScalarScanner();
  /** Tries programs out. */
  #trial: ScalarScanner | null = null;
  readonly #readers: ShapeReader[] = [];
  readonly #known = new Set<string>();
  #looks = 0;
  #fitting = 0;
  #other = 0;

  /** `fields`: the top-level fields that are wanted; `null` for all. `skim`: tells of lines whether they are. */
  constructor(fields: ReadonlySet<string> | null, skim: Skim | null = null) {
    this.#skim = skim;
    this.#isWanted = fields === null ? () => true : (field) => fields.has(field);
  }

  /** Sets the bytes that lines are read from. They end in a newline. */
  begin(bytes: Uint8Array): void {
    this.#scanner.begin(bytes);
  }

  /** The object of the line that begins at `start`; `undefined` where its shape is not known. `end` tells where the next line begins. */
  read(start: number): EventData | undefined {
    const readers = this.#readers;
    const scanner = this.#scanner;
    for (let i = 0; i < readers.length; i++) {
      scanner.at = start;
      const found = readers[i]!(scanner);
      if (found === undefined) continue;
      this.#fitting++;
      // The one that fits is tried first next time.
      if (i > 0) [readers[i - 1], readers[i]] = [readers[i]!, readers[i - 1]!];
      return found;
    }
    this.#other++;
    return undefined;
  }

  /** Whether lines differ too much for this to be of use. */
  get isHopeless(): boolean {
    return this.#other > patience && this.#other > this.#fitting;
  }

  /** Whether the event just read holds no more than the fields that told that it is not wanted. */
  get isSkimmed(): boolean {
    return this.#scanner.isSkimmed;
  }

  /** Where the line after the one just read begins. */
  get end(): number {
    return this.#scanner.at;
  }

  /** Learns from a line that `read` gave back, and that JSON.parse understood as `value`. */
  learn(line: string, value: EventData): void {
    if (this.#readers.length >= MAX_SHAPES || this.#looks >= MAX_LOOKS || line.length > MAX_LINE) return;
    this.#looks++;
    const shape = shapeOf(line);
    if (shape === null) return;
    const id = JSON.stringify(shape);
    if (this.#known.has(id)) return;
    this.#known.add(id);
    const reader = compileShape(shape, this.#isWanted);
    if (reader === null) {
      this.#looks = MAX_LOOKS;
      return;
    }
    if (!this.#agrees(reader, line, value)) return;
    const skimming = this.#skim === null ? null : compileShape(shape, this.#isWanted, this.#skim);
    this.#readers.push(skimming ?? reader);
  }

  /** Drops the fields that are not wanted. */
  project(value: EventData): EventData {
    const names = Object.keys(value);
    if (names.every(this.#isWanted)) return value;
    return Object.fromEntries(names.filter(this.#isWanted).map((name) => [name, value[name]]));
  }

  /** Whether the program reads its own line as JSON.parse does, where it reads it at all. */
  #agrees(reader: ShapeReader, line: string, value: EventData): boolean {
    const scanner = (this.#trial ??= new ScalarScanner());
    scanner.begin(new TextEncoder().encode(`${line}\n`));
    scanner.at = 0;
    const found = reader(scanner);
    return found === undefined || JSON.stringify(found) === JSON.stringify(this.project(value));
  }
}
