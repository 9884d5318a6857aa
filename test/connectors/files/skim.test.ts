import { readNdjson, type Skim, type SkimType } from "@weir/connectors/files";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunked } from "./sources.ts";

const given = { numRuns: Number(process.env["WEIR_RUNS"] ?? 600) };

const types: ReadonlyMap<string, SkimType> = new Map([
  ["amount", "NUMBER"],
  ["shop", "STRING"],
  ["paid", "BOOLEAN"],
  ["at", "OBJECT"],
  ["tags", "LIST"],
]);

const skim: Skim = {
  fields: new Set(["ts", "user"]),
  types,
  isOwn: ({ user }) => typeof user !== "string" || user.startsWith("own"),
};

interface Read {
  readonly event: unknown;
  readonly isSkimmed: boolean;
  readonly whole: unknown;
}

async function read(text: string, fields: ReadonlySet<string> | null): Promise<Read[]> {
  const found: Read[] = [];
  for await (const { events, isSkimmed, wholeOf } of readNdjson(chunked(text, [text.length >> 1]), { fields, skim })) {
    for (const [i, event] of events.entries()) {
      const skimmed = isSkimmed!(i);
      found.push({ event, isSkimmed: skimmed, whole: skimmed ? wholeOf!(i) : event });
    }
  }
  return found;
}

const user = fc.constantFrom<unknown>("own1", "own2", "other1", "other2", "ö", null, 5);
const anything = fc.constantFrom<unknown>("s", "", "a\\b", 1, -2.5, 1e300, 1e17, true, false, null, {}, [], {
  lat: 1,
});
const usual = {
  amount: fc.constantFrom<unknown>(1, 20.5, -3, 0, null),
  shop: fc.constantFrom<unknown>("s1", "a shop with a long name", "", null),
  paid: fc.constantFrom<unknown>(true, false, null),
  at: fc.constant<unknown>({ lat: 1.5, lon: 2 }),
  note: fc.constantFrom<unknown>("x", 1, "y".repeat(70)),
};
const place = fc.constantFrom("first", "last");
const record = fc.tuple(
  fc.record({ ts: fc.integer({ min: 1e12, max: 2e12 }), user }),
  fc.record(usual),
  fc.oneof(
    { arbitrary: fc.constant(null), weight: 4 },
    { arbitrary: fc.tuple(fc.constantFrom(...types.keys()), anything), weight: 1 },
  ),
);

/** The records of one writer: what tells first, or last. */
const lines = fc.tuple(fc.array(record, { minLength: 4, maxLength: 12 }), place).map(([records, where]) =>
  records.map(([told, others, odd]) => {
    const rest = odd === null ? others : { ...others, [odd[0]]: odd[1] };
    return where === "first" ? { ...told, ...rest } : { ...rest, ...told };
  }),
);

/** Whether every field that has to be of a type is of it. */
function isUsual(event: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(event).every(([name, value]) => {
    const type = types.get(name);
    if (type === undefined || value === null) return true;
    if (type === "LIST") return Array.isArray(value);
    return (typeof value).toUpperCase() === type && !Array.isArray(value);
  });
}

function project(event: object, fields: ReadonlySet<string> | null): unknown {
  return Object.fromEntries(Object.entries(event).filter(([name]) => fields?.has(name) ?? true));
}

describe("a reader that skims", () => {
  it("leaves out fields of nothing but usual records of others, and gives all of them where asked", async () => {
    let skimmed = 0;
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.constantFrom(null, new Set(["ts", "user", "amount", "shop"])),
        async (events, fields) => {
          const text = events.map((event) => `${JSON.stringify(event)}\n`).join("");
          const found = await read(text, fields);
          expect(found.map(({ whole }) => whole)).toEqual(events.map((event) => project(event, fields)));
          for (const [i, { event, isSkimmed }] of found.entries()) {
            if (!isSkimmed) continue;
            skimmed++;
            const told = events[i]!;
            expect(event).toEqual({ ts: told.ts, user: told.user });
            expect(skim.isOwn(told)).toBe(false);
            expect(isUsual(told), JSON.stringify(told)).toBe(true);
          }
        },
      ),
      given,
    );
    expect(skimmed).toBeGreaterThan(given.numRuns / 4);
  });

  it("skims most records of others where all are written alike", async () => {
    const text = Array.from({ length: 100 }, (_, i) =>
      JSON.stringify({ shop: "s", ts: 1e12 + i, user: i % 2 === 0 ? "own" : "other", amount: i, paid: null, note: [] }),
    );
    // A list has no shape.
    expect((await read(text.join("\n"), null)).some(({ isSkimmed }) => isSkimmed)).toBe(false);
    const plain = text.map((line) => line.replace(',"note":[]', "").replace('"shop":"s",', ""));
    const found = await read(`${plain.join("\n")}\n`, null);
    expect(found.filter(({ isSkimmed }) => isSkimmed).length).toBe(50);
  });
});
