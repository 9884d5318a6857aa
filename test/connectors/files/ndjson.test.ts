import { readNdjson } from "@weir/connectors/files";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, chunked, readAll, type Source } from "./sources.ts";

const read = (source: Source, maxRecordBytes?: number, cuts: readonly number[] = []) =>
  readAll(readNdjson(chunked(source, cuts), maxRecordBytes === undefined ? {} : { maxRecordBytes }));

test("a line is an event, with its number; blank lines, CRLF and a byte order mark do no harm", async () => {
  const { events, lines, bad } = await read('\ufeff{"a":1}\r\n\r\n   \n{"b":"é"}\n{"c":[1]}');
  expect(events).toEqual([{ a: 1 }, { b: "é" }, { c: [1] }]);
  expect(lines).toEqual([1, 4, 5]);
  expect(bad).toEqual([]);
});

test("an empty file holds no events", async () => {
  expect(await read("")).toEqual({ events: [], lines: [], bad: [], error: null });
});

test("a line that is no JSON object is bad, and says why", async () => {
  const { events, bad } = await read('{"a":1}\nxyz\n[1]\nnull\n12\n{"a":}\n{"a":1} x\n{"a":\n{"z":1}\n');
  expect(events).toEqual([{ a: 1 }, { z: 1 }]);
  expect(bad.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    "2: not JSON: unexpected token 'x'",
    "3: a line holds one JSON object, this holds a list",
    "4: a line holds one JSON object, this holds null",
    "5: a line holds one JSON object, this holds a number",
    "6: not JSON: unexpected token '}'",
    "7: not JSON: unexpected non-whitespace character after JSON at column 9",
    "8: not JSON: unexpected end of JSON input",
  ]);
  expect(bad[0]?.text).toBe("xyz");
});

test("bytes that are not UTF-8 make their line bad, not the lines around it", async () => {
  const source = new Uint8Array([...bytesOf('{"a":1}\n{"b":"'), 0xff, 0xc3, ...bytesOf('"}\n{"c":"ü"}\n')]);
  const { events, bad } = await read(source);
  expect(events).toEqual([{ a: 1 }, { c: "ü" }]);
  expect(bad).toMatchObject([{ line: 2, reason: "not valid UTF-8" }]);
});

test("a line over the limit is set aside wherever the chunks end", async () => {
  const source = `{"a":1}\n{"long":"${"x".repeat(100)}"}\n{"b":2}`;
  for (const cuts of [[], [9], [50], [9, 40, 80, 115], [8, 119], [118]]) {
    const { events, lines, bad } = await read(source, 64, cuts);
    expect(events).toEqual([{ a: 1 }, { b: 2 }]);
    expect(lines).toEqual([1, 3]);
    expect(bad).toMatchObject([{ line: 2, reason: "the line is longer than 64 bytes" }]);
  }
});

test("a line of 50 MB is set aside without being held in memory", async () => {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bytesOf('{"a":1}\n{"long":"');
    const piece = new Uint8Array(256 * 1024).fill(0x78);
    for (let i = 0; i < 200; i++) yield piece;
    yield bytesOf('"}\n{"b":2}\n');
  }
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source()) {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      yield chunk;
    }
  }
  const { events, bad } = await readAll(readNdjson(watched()));
  expect(events).toEqual([{ a: 1 }, { b: 2 }]);
  expect(bad).toMatchObject([{ line: 2, reason: "the line is longer than 16777216 bytes" }]);
  expect(bad[0]!.text.length).toBeLessThan(200);
  expect(peak).toBeLessThan(45_000_000);
});

test("`__proto__` is a field like any other", async () => {
  const { events } = await read('{"__proto__":{"polluted":true},"a":1}');
  expect(Object.keys(events[0] as object)).toEqual(["__proto__", "a"]);
  expect((events[0] as { polluted?: boolean }).polluted).toBeUndefined();
});

test("chunk boundaries anywhere give the same events", async () => {
  const line = fc.oneof(
    fc
      .dictionary(fc.string({ unit: "grapheme" }), fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean()))
      .map((event) => bytesOf(JSON.stringify(event))),
    fc.constantFrom("", "  ", "nonsense", '{"a":', '{"é":"日本語 👩‍👩‍👧"}\r').map(bytesOf),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => bytes.filter((byte) => byte !== 10)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.boolean(),
      fc.array(fc.nat({ max: 400 }), { maxLength: 8 }),
      fc.integer({ min: 20, max: 80 }),
      async (lines, closed, cuts, limit) => {
        const source = new Uint8Array(
          lines.flatMap((bytes, i) => [...bytes, ...(closed || i < lines.length - 1 ? [10] : [])]),
        );
        expect(await read(source, limit, cuts)).toEqual(await read(source, limit));
      },
    ),
  );
});
