type Make = (refs: readonly unknown[]) => unknown;

/**
 * What was compiled, by its text. Constants of rules are objects to it, so rules that differ in constants alone are one text: it is
 * compiled, and optimised by the host, once.
 */
export type CompiledTexts = Map<string, Make>;

/**
 * Builds the text of a function from numbers, names of our own and JSON-quoted strings, and the objects it works on.
 *
 * Text of a rule gets in as a quoted string alone (`quoted`); objects are reached by their number (`ref`).
 */
export class Source {
  readonly #lines: string[] = [];
  readonly #refs: unknown[] = [];
  readonly #refNames = new Map<unknown, string>();
  #temporaries = 0;
  #length = 0;

  /** Characters so far. */
  get length(): number {
    return this.#length;
  }

  line(text: string): void {
    this.#lines.push(text);
    this.#length += text.length + 1;
  }

  /** The name of an object in the code. */
  ref(object: unknown): string {
    const known = this.#refNames.get(object);
    if (known !== undefined) return known;
    const name = `r${this.#refs.push(object) - 1}`;
    this.#refNames.set(object, name);
    return name;
  }

  /** Whether the code names an object. */
  has(object: unknown): boolean {
    return this.#refNames.has(object);
  }

  /** A name that nothing else has. */
  temporary(): string {
    return `t${this.#temporaries++}`;
  }

  /** The whole text, as `text()` gives it, of a function that takes the objects and returns what the lines return. */
  text(): string {
    const names = this.#refs.map((_, i) => `const r${i} = refs[${i}];`);
    return `"use strict";\n${names.join("\n")}\n${this.#lines.join("\n")}\n`;
  }

  /** Compiles the text, unless `compiled` has it, and runs it on the objects. */
  build(compiled: CompiledTexts): unknown {
    const text = this.text();
    let make = compiled.get(text);
    if (make === undefined) {
      // The one place where text becomes code.
      // oxlint-disable-next-line typescript/no-implied-eval
      make = new Function("refs", text) as Make;
      compiled.set(text, make);
    }
    return make(this.#refs);
  }
}

/** A string as code: JSON, which is a literal of JavaScript. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A number as code. */
export function literal(x: number): string {
  if (Object.is(x, -0)) return "(-0)";
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x < 0 ? `(${String(x)})` : String(x);
}

let allowed: boolean | null = null;

/** Whether this place lets code be generated: a page may forbid it by its content security policy. */
export function mayGenerate(): boolean {
  if (allowed === null) {
    try {
      // oxlint-disable-next-line typescript/no-implied-eval
      allowed = (new Function("return 1") as () => unknown)() === 1;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}
