import { gzipSync } from "node:zlib";
import { type Gunzip, gunzipWeb, readEvents } from "@weir/connectors/files";
import { gunzipNode } from "@weir/connectors/files/node";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, chunked, readAll } from "./sources.ts";

const text = Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ ts: i, user: `u${(i * 7919) % 1000}` })).join(
  "\n",
);
const packed = gzipSync(text);

for (const [name, gunzip] of Object.entries({
  "Node's zlib": gunzipNode,
  DecompressionStream: gunzipWeb,
} satisfies Record<string, Gunzip>)) {
  test(`a gzip file is known by its first bytes and read through ${name}`, async () => {
    const { events, bad, error } = await readAll(readEvents(chunked(packed, [1, 5, 1000]), { gunzip }));
    expect({ count: events.length, bad, error }).toEqual({ count: 20_000, bad: [], error: null });
  });

  test(`of a gzip file that was cut off, ${name} gives what is there, then an error`, async () => {
    const cut = packed.subarray(0, packed.length >> 1);
    const { events, error } = await readAll(readEvents(chunked(cut, [4000, 9000]), { gunzip }));
    expect(events.length).toBeGreaterThan(8000);
    expect(events.length).toBeLessThan(20_000);
    expect(error).toMatchObject({ name: "ReadError", code: "truncated-gzip" });
  });

  test(`a gzip file that is damaged in the middle gives what is before, then an error, through ${name}`, async () => {
    const damaged = Uint8Array.from(packed);
    damaged.fill(0xff, packed.length >> 1, (packed.length >> 1) + 50);
    const { events, error } = await readAll(
      readEvents(chunked(damaged, [4000, 9000, packed.length - 100]), { gunzip }),
    );
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThan(20_000);
    expect(error).toMatchObject({ name: "ReadError", code: "damaged-gzip" });
  });
}

test("a file put together of several gzip members is read to its end", async () => {
  const two = new Uint8Array([...gzipSync('{"a":1}\n'), ...gzipSync('{"a":2}\n')]);
  const { events, error } = await readAll(readEvents(chunked(two), { gunzip: gunzipNode }));
  expect({ events, error }).toEqual({ events: [{ a: 1 }, { a: 2 }], error: null });
});

test("chunk boundaries anywhere give the same bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: packed.length }), { maxLength: 10 }), async (cuts) => {
      const { events } = await readAll(readEvents(chunked(packed, cuts), { gunzip: gunzipNode }));
      expect(events.length).toBe(20_000);
    }),
    { numRuns: 20 },
  );
});

test("the format is told by the name, else by the first bytes", async () => {
  const csv = "a,b\n1,2\n";
  const asNamed = await readAll(readEvents(chunked(csv), { name: "x.csv" }));
  const asFound = await readAll(readEvents(chunked(csv)));
  const zipped = await readAll(readEvents(chunked(gzipSync(csv)), { name: "x.CSV.GZ", gunzip: gunzipNode }));
  const ndjson = await readAll(readEvents(chunked('\n {"a":1,"b":2}'), { name: "events.log" }));
  for (const { events } of [asNamed, asFound, zipped, ndjson]) expect(events).toEqual([{ a: 1, b: 2 }]);
});

test("a source is closed when its reader stops early", async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield bytesOf('{"a":1}\n');
    } finally {
      closed = true;
    }
  }
  for await (const batch of readEvents(source())) if (batch.events.length > 0) break;
  expect(closed).toBe(true);
});
