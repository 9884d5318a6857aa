import { readNdjson } from "@weir/connectors/files";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunked, readAll } from "./sources.ts";

const given = { numRuns: Number(process.env["WEIR_RUNS"] ?? 1000) };

/** What JSON.parse makes of each line, and which lines it refuses. */
function parsed(text: string): { readonly events: readonly unknown[]; readonly bad: readonly number[] } {
  const events: unknown[] = [];
  const bad: number[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) events.push(value);
      else bad.push(i + 1);
    } catch {
      bad.push(i + 1);
    }
  }
  return { events, bad };
}

async function read(text: string, fields: ReadonlySet<string> | null = null, cuts: readonly number[] = []) {
  const { events, bad } = await readAll(readNdjson(chunked(text, cuts), { fields }));
  return { events, bad: bad.map(({ line }) => line) };
}

const name = fc.oneof(
  fc.constantFrom(
    "user",
    "ts",
    "a b",
    "amount",
    "constructor",
    "toString",
    "é",
    "1",
    "",
    "@timestamp",
    "__proto__",
    'a"b',
  ),
  fc.string({ maxLength: 4 }),
);
const scalar = fc.oneof(
  fc.string(),
  fc.constantFrom("u1", "u2", "x".repeat(64), "y".repeat(65), "a\\b", "ü", "\u007f", "\t"),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.1, 1e21, 1e-7, 1_767_225_600_000, 1_767_225_600_000_001, 2 ** 53, 40.4371, -3.6415),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.oneof(
  { arbitrary: scalar, weight: 12 },
  { arbitrary: fc.dictionary(name, scalar, { maxKeys: 3, noNullPrototype: true }), weight: 2 },
  { arbitrary: fc.array(scalar, { maxLength: 2 }), weight: 1 },
);

/** Lines as one writer writes them: the same names in the same order, with the same blanks. */
const lines = fc
  .record({
    names: fc.uniqueArray(name, { maxLength: 5 }),
    rows: fc.array(fc.array(value, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
    blank: fc.constantFrom("", " ", "  "),
    end: fc.constantFrom("\n", "\r\n"),
  })
  .map(({ names, rows, blank, end }) =>
    rows
      .map((row) => {
        const pairs = names.map((text, i) => `${JSON.stringify(text)}:${blank}${JSON.stringify(row[i])}`);
        return `{${pairs.join(`,${blank}`)}}${end}`;
      })
      .join(""),
  );

describe("lines of one shape are read as JSON.parse reads them", () => {
  test("whatever their names, values and blanks", async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.nat(500), { maxLength: 3 }), async (text, cuts) => {
        expect(
          await read(
            text,
            null,
            cuts.toSorted((a, b) => a - b),
          ),
        ).toEqual(parsed(text));
      }),
      given,
    );
  });

  test("also where bytes among them are other ones", async () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(),
        byte: fc.oneof(fc.integer({ min: 0, max: 127 }), fc.constantFrom(...Array.from('"{}:,-.e0\\\n '))),
      }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(lines, edits, async (text, changes) => {
        let changed = `${text}${text}`;
        for (const { at, byte } of changes) {
          const place = at % changed.length;
          const letter = typeof byte === "number" ? String.fromCharCode(byte) : byte;
          changed = changed.slice(0, place) + letter + changed.slice(place + 1);
        }
        expect(await read(changed)).toEqual(parsed(changed));
      }),
      given,
    );
  });

  test.each([
    "0",
    "-0",
    "01",
    "1.",
    "1.0",
    "1.50",
    "-1.25",
    "1e5",
    "1E-5",
    "1.5e300",
    "0.1",
    "0.30000000000000004",
    "123456789012345",
    "1234567890123456",
    "9007199254740991",
    "9007199254740993",
    "12345678901234567890",
    "0.000000000000000000001",
    "-",
    "+1",
    ".5",
    "1 2",
    "179769313486231570000000000000000000000",
    "4.35",
    "2.675",
    "1.7976931348623157e308",
    "nul",
    "nulll",
    "true",
    "tru",
    "Infinity",
  ])("the number %s", async (number) => {
    const text = `{"a":1,"n":2}\n{"a":1,"n":${number}}\n{"a":1,"n":3}\n`;
    expect(await read(text)).toEqual(parsed(text));
  });

  test("random decimals are the doubles that they stand for", async () => {
    const digits = fc.stringMatching(/^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,20})?$/);
    await fc.assert(
      fc.asyncProperty(fc.array(digits, { minLength: 2, maxLength: 20 }), async (numbers) => {
        const text = numbers.map((number) => `{"n":${number}}\n`).join("");
        const { events } = await read(text);
        expect(events.map((event) => (event as { n: number }).n)).toEqual(numbers.map(Number));
      }),
      given,
    );
  });
});

test("a name that comes twice, or leads to a prototype, is read as JSON.parse reads it", async () => {
  const text =
    '{"a":1,"a":2}\n{"a":1,"a":3}\n{"__proto__":1,"b":2}\n{"__proto__":5,"b":2}\n{"x":{"__proto__":1}}\n{"x":{"__proto__":2}}\n';
  const { events } = await read(text);
  expect(events).toEqual(parsed(text).events);
  expect(events.every((event) => Object.getPrototypeOf(event) === Object.prototype)).toBe(true);
});

describe("fields that are not wanted are left out", () => {
  const fields = new Set(["a", "d"]);
  const text = '{"a":1,"b":"x","d":{"n":1}}\n{"a":2,"b":"y","d":{"n":2}}\n{"b":[1],"a":3}\n{"a":4,"b":"\\u00e9"}\n';

  test("of lines of one shape, and of others", async () => {
    const { events } = await read(text, fields);
    expect(events).toEqual([{ a: 1, d: { n: 1 } }, { a: 2, d: { n: 2 } }, { a: 3 }, { a: 4 }]);
  });

  test("a line is bad for what is wrong with a field that is left out, too", async () => {
    const { events, bad } = await read(
      '{"a":1,"b":"x"}\n{"a":2,"b":"x\ty"}\n{"a":3,"b":01}\n{"a":4,"b":"z"}\n',
      fields,
    );
    expect(events).toEqual([{ a: 1 }, { a: 4 }]);
    expect(bad).toEqual([2, 3]);
  });

  test("the text of a record can be asked for", async () => {
    for await (const { textOf } of readNdjson(chunked(text), { fields })) {
      expect(textOf?.(1)).toBe('{"a":2,"b":"y","d":{"n":2}}');
      expect(textOf?.(3)).toBe('{"a":4,"b":"\\u00e9"}');
    }
  });
});
