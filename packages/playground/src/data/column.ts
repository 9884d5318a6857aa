/** Columns with more distinct texts than this, most of them different, are kept as plain lists. */
const maxDictionary = 65_536;
const nullId = 0;

/**
 * The values of one field of events of one shape.
 *
 * State   8 bytes a number, 4 bytes a text that repeats; values of mixed types as they are.
 */
export class Column {
  #length = 0;
  #numbers: Float64Array | null = null;
  #ids: Uint32Array | null = null;
  #texts: (string | null)[] = [null];
  #idOf = new Map<string, number>();
  #mixed: unknown[] | null = null;

  add(value: unknown): void {
    if (this.#mixed === null && !this.#takes(value)) this.#mix();
    if (this.#mixed !== null) this.#mixed.push(value);
    else if (this.#numbers !== null) {
      this.#numbers = grown(this.#numbers, this.#length);
      this.#numbers[this.#length] = value === null ? Number.NaN : (value as number);
    } else if (this.#ids !== null) {
      this.#ids = grown(this.#ids, this.#length);
      this.#ids[this.#length] = value === null ? nullId : this.#intern(value as string);
    }
    this.#length++;
  }

  get(row: number): unknown {
    if (this.#mixed !== null) return this.#mixed[row];
    if (this.#numbers !== null) {
      const value = this.#numbers[row]!;
      // JSON has no NaN: it stands for NULL.
      return value !== value ? null : value;
    }
    return this.#ids === null ? null : this.#texts[this.#ids[row]!];
  }

  /** Tells for each row whether its text passes; each distinct text is asked once. */
  matcher(test: (text: string) => boolean): (row: number) => boolean {
    if (this.#ids !== null && this.#mixed === null) {
      const ids = this.#ids;
      const passes = this.#texts.map((text) => test(text ?? "null"));
      return (row) => passes[ids[row]!]!;
    }
    return (row) => test(textOf(this.get(row)));
  }

  /** Some of the distinct values, the first ones seen. */
  samples(count: number): readonly unknown[] {
    if (this.#ids !== null && this.#mixed === null) return this.#texts.slice(1, count + 1);
    const found = new Set<unknown>();
    for (let row = 0; row < this.#length && row < 10_000 && found.size < count; row++) {
      const value = this.get(row);
      if (value !== null && value !== undefined && typeof value !== "object") found.add(value);
    }
    return [...found];
  }

  #takes(value: unknown): boolean {
    if (value === null) return this.#numbers !== null || this.#ids !== null;
    if (typeof value === "number" && value === value) {
      if (this.#length === 0) this.#numbers = new Float64Array(256);
      return this.#numbers !== null;
    }
    if (typeof value === "string") {
      if (this.#length === 0) this.#ids = new Uint32Array(256);
      const tooMany = this.#texts.length > maxDictionary && this.#texts.length * 2 > this.#length;
      return this.#ids !== null && !tooMany;
    }
    return false;
  }

  #intern(text: string): number {
    const known = this.#idOf.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#texts.push(text);
    this.#idOf.set(text, id);
    return id;
  }

  #mix(): void {
    this.#mixed = Array.from({ length: this.#length }, (_, row) => this.get(row));
    this.#numbers = null;
    this.#ids = null;
    this.#texts = [null];
    this.#idOf = new Map();
  }
}

/** How a value of an event reads in a table and to a filter. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value);
}

function grown<T extends Float64Array | Uint32Array>(array: T, length: number): T {
  if (length < array.length) return array;
  const next = new (array.constructor as new (size: number) => T)(array.length * 2);
  next.set(array);
  return next;
}
