import { type CsvOptions, ReadError, readCsv } from "@weir/connectors/files";
import fc from "fast-check";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { bytesOf, chunked, readAll, type Source } from "./sources.ts";

const read = (source: Source, options: CsvOptions = {}, cuts: readonly number[] = []) =>
  readAll(readCsv(chunked(source, cuts), options));

test("the header names the fields; numbers, booleans and NULL are told by how they look", async () => {
  const { events, lines, bad } = await read(
    "\ufeffid,n,f,e,b,zip,big,text,empty\r\nx,12,-1.5,2e3,true,007,12345678901234567890,+1,\r\n",
  );
  expect(events).toEqual([
    { id: "x", n: 12, f: -1.5, e: 2000, b: true, zip: "007", big: "12345678901234567890", text: "+1", empty: null },
  ]);
  expect(lines).toEqual([2]);
  expect(bad).toEqual([]);
});

test("with types `text` every field stays text", async () => {
  const { events } = await read("a,b,c\n1,true,\n", { types: "text" });
  expect(events).toEqual([{ a: "1", b: "true", c: null }]);
});

test("quoted fields hold delimiters, quotes and newlines, and lines are still counted", async () => {
  const { events, lines } = await read('a,b\n"x, ""y""","one\ntwo"\r\n\nz,"1\r\n2"\r\nlast,1');
  expect(events).toEqual([
    { a: 'x, "y"', b: "one\ntwo" },
    { a: "z", b: "1\r\n2" },
    { a: "last", b: 1 },
  ]);
  expect(lines).toEqual([2, 5, 7]);
});

test("tab, semicolon and bar are found as delimiters", async () => {
  for (const delimiter of ["\t", ";", "|"]) {
    const { events } = await read(`a${delimiter}"b,c"\n1${delimiter}2,3\n`);
    expect(events).toEqual([{ a: 1, "b,c": "2,3" }]);
  }
});

test("a record with more or fewer fields than the header is bad", async () => {
  const { events, bad } = await read("a,b\n1\n1,2\n1,2,3\n");
  expect(events).toEqual([{ a: 1, b: 2 }]);
  expect(bad).toEqual([
    { line: 2, reason: "the record has 1 fields, the header 2", text: "1", records: 1 },
    { line: 4, reason: "the record has 3 fields, the header 2", text: "1,2,3", records: 1 },
  ]);
});

test("a stray quote makes its own line bad and swallows nothing", async () => {
  const { events, lines, bad } = await read('a,b\n1,2\n"3,4\n5,6\n"7"x,8\n9,10\n');
  expect(events).toEqual([
    { a: 1, b: 2 },
    { a: 5, b: 6 },
    { a: 9, b: 10 },
  ]);
  expect(lines).toEqual([2, 4, 6]);
  expect(bad.map(({ line }) => line)).toEqual([3, 5]);
});

test("bytes that are not UTF-8 make their record bad", async () => {
  const { events, bad } = await read(new Uint8Array([...bytesOf("a\nx\n"), 0xe4, 0x0a, ...bytesOf("ä\n")]));
  expect(events).toEqual([{ a: "x" }, { a: "ä" }]);
  expect(bad).toMatchObject([{ line: 3, reason: "not valid UTF-8" }]);
});

test("a record over the limit is set aside wherever the chunks end", async () => {
  const source = `a,b\n1,2\n3,${"x".repeat(200)}\n4,5\n`;
  for (const cuts of [[], [12], [100], [20, 40, 60, 80, 100, 120, 140, 160]]) {
    const { events, bad } = await read(source, { maxRecordBytes: 64 }, cuts);
    expect(events).toEqual([
      { a: 1, b: 2 },
      { a: 4, b: 5 },
    ]);
    expect(bad).toMatchObject([{ line: 3, reason: "the record is longer than 64 bytes" }]);
  }
});

test("two columns of one name are an error of the file", async () => {
  const { error } = await read("a,b,a\n1,2,3\n");
  expect(error).toBeInstanceOf(ReadError);
  expect(error).toMatchObject({ code: "bad-csv-header", message: "two columns of the header are named `a`" });
});

test("a file whose quotes are broken everywhere ends with an error, soon", async () => {
  const started = performance.now();
  const { error } = await read(`a,b\n${'"x,y\n'.repeat(100_001)}`);
  expect(error).toMatchObject({ code: "damaged-csv" });
  expect(performance.now() - started).toBeLessThan(5000);
});

test("`__proto__` is a column like any other", async () => {
  const { events } = await read("__proto__,constructor\n1,2\n");
  expect(Object.entries(events[0] as object)).toEqual([
    ["__proto__", 1],
    ["constructor", 2],
  ]);
});

const field = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "1", ",", '"', "\n", "\r", " ", "é", "👩", ";") }),
  fc.string({ unit: "binary" }).map((text) => text.replaceAll("\ufffd", "").replaceAll("\u0000", "")),
);

const orNull = (text: string): string | null => (text === "" ? null : text);

test("what a CSV writer writes comes back, wherever the chunks end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 8 }),
      fc.constantFrom("\n", "\r\n"),
      fc.array(fc.nat({ max: 200 }), { maxLength: 6 }),
      async (rows, newline, cuts) => {
        const source = Papa.unparse([["a", "b", "c"], ...rows], { newline, quotes: true });
        const { events, bad, error } = await read(source, { types: "text", delimiter: "," }, cuts);
        const expected = rows.map(([a, b, c]) => ({ a: orNull(a), b: orNull(b), c: orNull(c) }));
        expect({ events, bad, error }).toEqual({ events: expected, bad: [], error: null });
      },
    ),
  );
});

test("chunk boundaries anywhere give the same events, in broken files too", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "1", ",", '"', "\n", "\r\n", " ", "é", "\r") });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat({ max: 60 }), { maxLength: 5 }), async (body, cuts) => {
      const source = `a,b\n${body}`;
      expect(await read(source, {}, cuts)).toEqual(await read(source));
    }),
    { numRuns: 1000 },
  );
});

const cell = fc.oneof(
  fc.constantFrom("", "1", "-0.5", "true", '"', '"a,b"', '"one\ntwo"', '"x""y"', "\ud800", "__proto__", "é"),
  fc.string({ maxLength: 6 }),
);
const anyText = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 12 }).map((rows) =>
  // Most records have as many fields as the header.
  ["a,b,__proto__,é", ...rows.map((row) => row.join(","))].join("\n"),
);

test("with some columns wanted events hold these, and all else is as without", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyText,
      fc.subarray(["a", "b", "__proto__", "é", "z"]),
      fc.array(fc.nat({ max: 80 })),
      async (text, names, cuts) => {
        const whole = await read(text, {}, cuts);
        const wanted = await read(text, { fields: new Set(names) }, cuts);
        const picked = whole.events.map((event) =>
          Object.entries(event as object).filter(([name]) => names.includes(name)),
        );
        expect(wanted.events.map((event) => Object.entries(event as object))).toEqual(picked);
        expect({ ...wanted, events: [] }).toEqual({ ...whole, events: [] });
      },
    ),
    { numRuns: 500 },
  );
});

test("a record whose other columns are left out is still told of as it stands in the file", async () => {
  const texts: (string | undefined)[] = [];
  for await (const batch of readCsv(chunked('a,b\n1,"x\ny"\n2,z\r\n'), { fields: new Set(["a"]) })) {
    for (let i = 0; i < batch.events.length; i++) texts.push(batch.textOf?.(i));
  }
  expect(texts).toEqual(['1,"x\ny"', "2,z"]);
});
