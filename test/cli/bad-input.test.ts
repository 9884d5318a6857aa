import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { folderOf, jsonLines, runWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const rules = `STREAM pay { user: STRING, amount: NUMBER }
RULE r FROM pay BY user EXPIRE AFTER 1d EMIT LOW { amount }
`;
const good = '{"ts":1767225600000,"user":"u1","amount":5}';

/** Counts that are not 0 where everything is good. */
const none = { late: 0, bad: 0, missingKey: 0, typeMismatch: 0, limited: 0, suppressed: 0, pending: 0 };

test("bad rules end with 2: each error with its place, the line and what to do", async () => {
  const cases: readonly (readonly [name: string, text: string, place: string, said: readonly string[]])[] = [
    [
      "typo",
      "RULE r BY u WITHIN 10s WEHN COUNT() > 5 EMIT HIGH",
      "1:24",
      ["`WEHN` is no keyword", "did you mean `WHEN`?"],
    ],
    [
      "field",
      `${rules}RULE q FROM pay WHERE amout > 5 EMIT LOW`,
      "3:23",
      ["no field `amout`", "did you mean `amount`?"],
    ],
    ["unit", "RULE r BY u WITHIN 10 WHEN COUNT() > 5 EMIT LOW", "1:20", ["is a number, not a duration", "`10s`"]],
    [
      "no unit",
      "RULE r BY u WITHIN 10sec WHEN COUNT() > 5 EMIT LOW",
      "1:20",
      ["neither a number nor a duration", "ms, s, m, h, d or w"],
    ],
    [
      "type",
      `${rules}RULE q FROM pay WHERE amount > 5s EMIT LOW`,
      "3:23",
      ["a NUMBER and a DURATION have no order", "write a duration"],
    ],
    ["deep", `RULE r WHEN ${"(".repeat(10_000)}1${")".repeat(10_000)} > 0 EMIT LOW`, "1:213", ["deeper than 200"]],
    ["repeats", 'RULE r WHERE s MATCHES "((a{1000}){1000}){1000}" EMIT LOW', "1:24", ["invalid repeat count", "RE2"]],
    ["look-around", 'RULE r WHERE s MATCHES "(?=a)b" EMIT LOW', "1:24", ["(?=", "no look-around"]],
  ];
  const cwd = folderOf({
    ...Object.fromEntries(cases.map(([name, text]) => [`${name}.weir`, text])),
    "pay.ndjson": good,
  });
  await Promise.all(
    cases.map(async ([name, , place, said]) => {
      const { code, out, err } = await runWeir(["replay", `${name}.weir`, "pay.ndjson", "--json"], { cwd });
      expect({ name, code, out }).toEqual({ name, code: 2, out: "" });
      for (const text of [`${name}.weir:${place}\n`, ...said]) expect(err).toContain(text);
      expect(err.length).toBeLessThan(2000);
    }),
  );
});

test("a pattern that would take other engines for ever takes linear time", async () => {
  const text = `RULE r FROM pay WHERE user MATCHES "^(a+)+$" EMIT LOW`;
  const event = (user: string): string => JSON.stringify({ ts: 1767225600000, user });
  const cwd = folderOf({ "r.weir": text, "pay.ndjson": `${event(`${"a".repeat(50_000)}b`)}\n${event("aaa")}\n` });
  const { code, out } = await runWeir(["replay", "r.weir", "pay.ndjson", "--json"], { cwd });
  expect([code, jsonLines(out).length]).toEqual([0, 1]);
});

test("bad events are named with file and line, the rest is processed, and the counts say so", async () => {
  const cases: readonly (readonly [line: string, said: string, counts: object])[] = [
    ["no json", "pay.ndjson:2: not JSON: unexpected token", { events: 2, bad: 1 }],
    ['{"ts":1767225600000,"user":"u1"', "pay.ndjson:2: not JSON: expected", { events: 2, bad: 1 }],
    ["[1]", "pay.ndjson:2: a line holds one JSON object, this holds a list", { events: 2, bad: 1 }],
    ['{"user":"u1"}', "pay.ndjson:2: event time is missing", { events: 3, bad: 1 }],
    ['{"ts":"soon","user":"u1"}', 'pay.ndjson:2: event time cannot be read: `ts` is "soon"', { events: 3, bad: 1 }],
    ['{"ts":1e400,"user":"u1"}', "pay.ndjson:2: event time cannot be read", { events: 3, bad: 1 }],
    ['{"ts":1767225600000}', "", { events: 3, missingKey: 1 }],
    [
      '{"ts":1767225600000,"user":"u2","amount":"12"}',
      '`amount` of stream `pay` is declared NUMBER, and holds the text "12": it reads as NULL',
      { events: 3, typeMismatch: 1, alerts: 3 },
    ],
    ['{"ts":1767225500000,"user":"u1"}', "1 event came late", { events: 3, late: 1 }],
    ['{"ts":1767225600000,"user":"__proto__","__proto__":{"amount":9}}', "", { events: 3, alerts: 3 }],
    ['{"ts":1767225601,"user":"u1"}', "declare `STREAM pay TIME ts IN SECONDS`", { events: 3, late: 1 }],
    [
      `{"ts":1767225600000,"user":"${"x".repeat(20_000_000)}"}`,
      "pay.ndjson:2: the line is longer than",
      { events: 2, bad: 1 },
    ],
  ];
  for (const [line, said, counts] of cases) {
    const cwd = folderOf({ "r.weir": rules, "pay.ndjson": `${good}\n${line}\n${good}\n` });
    const { code, out, err } = await runWeir(["replay", "r.weir", "pay.ndjson", "--json"], { cwd });
    const name = line.slice(0, 60);
    const found = jsonLines(err.trimEnd().split("\n").at(-1)!)[0];
    expect({ name, code, found }).toMatchObject({ name, code: 0, found: { ...none, alerts: 2, ...counts } });
    expect(jsonLines(out)).toHaveLength(found!["alerts"] as number);
    expect(err).toContain(said);
  }
});

test("with --strict each of them puts nothing out and ends with 3", async () => {
  for (const line of ["no json", '{"user":"u1"}', "[1]"]) {
    const cwd = folderOf({ "r.weir": rules, "pay.ndjson": `${good}\n${line}\n` });
    const { code, out, err } = await runWeir(["replay", "r.weir", "pay.ndjson", "--strict"], { cwd });
    expect({ line, code, out }).toEqual({ line, code: 3, out: "" });
    expect(err).toContain("pay.ndjson:2: ");
    expect(err).toContain("with --strict nothing is put out");
  }
});

test("files that cannot be read end with 3, with what could be read processed", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => good.replace("u1", `u${(i * 7919) % 9973}`)).join("\n");
  const packed = gzipSync(many);
  const cwd = folderOf({
    "r.weir": rules,
    "pay.cut.ndjson.gz": packed.subarray(0, packed.length >> 1),
    "pay.broken.ndjson.gz": Buffer.concat([packed.subarray(0, 20), Buffer.alloc(200, 7)]),
    "pay.csv": 'ts,user,amount\n1767225600000,"two\nlines",5\n1767225601000,short\n1767225602000,"open,5\n',
    "pay.ndjson": `${good}\n`,
  });
  const cases: readonly (readonly [file: string, code: number, said: string, bad: number])[] = [
    ["pay.cut.ndjson.gz", 3, "pay.cut.ndjson.gz: the gzip data ends too early: the file was cut off", 0],
    ["pay.broken.ndjson.gz", 3, "pay.broken.ndjson.gz: the gzip data is damaged", 0],
    ["pay.none.ndjson", 3, "cannot open `pay.none.ndjson`: there is no such file", 0],
    ["pay.csv", 0, "pay.csv:4: the record has 2 fields, the header 3", 2],
  ];
  for (const [file, code, said, bad] of cases) {
    const run = await runWeir(["replay", "r.weir", file, "pay.ndjson", "--json"], { cwd });
    const found = jsonLines(run.err.trimEnd().split("\n").at(-1)!)[0]!;
    expect({ file, code: run.code, bad: found["bad"] }).toEqual({ file, code, bad });
    expect(run.err).toContain(said);
    expect(jsonLines(run.out).length).toBeGreaterThan(0);
  }
  const csv = await runWeir(["replay", "r.weir", "pay.csv", "--json"], { cwd });
  expect(jsonLines(csv.out).map(({ key }) => key)).toEqual([{ user: "two\nlines" }]);
  expect(csv.err).toContain("pay.csv:5: a quoted field is never closed");
});

test("the summary says it in words, and names no LATENESS that no rule may have", async () => {
  const late = '{"ts":1000,"user":"u1"}';
  const cwd = folderOf({ "r.weir": rules, "pay.ndjson": `${good}\n${late}\nnope\n`, "none.ndjson": "" });
  const { out } = await runWeir(["replay", "r.weir", "pay.ndjson"], { cwd });
  expect(out).toMatch(/\n2 events in [\d.]+ s \([\d,]+ a second\), 1 alert\n/);
  expect(out).toContain("\n1 bad record\n");
  expect(out).toContain("1 event came late: 50.00 % were kept, and the longest LATENESS would not have kept 99.9 %\n");
  const empty = await runWeir(["replay", "r.weir", "none.ndjson"], { cwd });
  expect(empty.code).toBe(0);
  expect(empty.out).toMatch(/^\n0 events in [\d.]+ s \(0 a second\), 0 alerts\n$/);
});
