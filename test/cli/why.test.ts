import { expect, test, vi } from "vitest";
import { folderOf, jsonLines, runWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const start = Date.UTC(2026, 0, 1);
const rules = `
RULE burst FROM pay WHERE ok BY user WITHIN 10s WHEN COUNT() > 3 EMIT HIGH
RULE pair FROM pay BY user, shop WITHIN 10s WHEN COUNT() > 5 EMIT LOW
RULE unpaid SEQUENCE o: orders BY id THEN p: pay BY id WITHIN 1m EMIT LOW
`;
const pay = (second: number, user: unknown, more: object = {}) =>
  JSON.stringify({ ts: start + second * 1000, stream: "pay", user, shop: "a,b", ok: true, ...more });
const events = [
  ...[0, 1, 2, 3].map((second) => pay(second, "u1")),
  ...[20, 21, 22].map((second) => pay(second, "u2")),
  ...[30, 31].map((second) => pay(second, 7, { ok: second === 30 })),
  ...[40, 41].map((second) => pay(second, "a@b.c")),
  JSON.stringify({ ts: start + 50_000, stream: "orders", id: 9 }),
].join("\n");
const cwd = folderOf({ "r.weir": rules, "events.ndjson": events });

async function why(...questions: string[]): Promise<string> {
  const asked = questions.flatMap((question) => ["--why", question]);
  const { code, out } = await runWeir(["replay", "r.weir", "events.ndjson", ...asked], { cwd });
  expect(code).toBe(0);
  return out;
}

test("--why RULE:KEY says what was missing for a key, --why RULE@TIME up to a time", async () => {
  const out = await why("burst:u2", "burst:user=7", "burst:a@b.c", "burst:u2@2026-01-01T00:00:21Z", "burst:nobody");
  expect(out).toContain(
    [
      "why not burst, user=u2, up to 2026-01-01 00:00:50.000Z",
      "  at 2026-01-01 00:00:22.000Z COUNT() was 3, not > 3",
      "",
      "why not burst, user=7, up to 2026-01-01 00:00:50.000Z",
      "  at 2026-01-01 00:00:30.000Z COUNT() was 1, not > 3",
      "  WHERE was not TRUE for 1 of 2 events: `ok` failed 1",
      "",
      "why not burst, user=a@b.c, up to 2026-01-01 00:00:50.000Z",
      "  at 2026-01-01 00:00:41.000Z COUNT() was 2, not > 3",
      "",
      "why not burst, user=u2, up to 2026-01-01 00:00:21.000Z",
      "  at 2026-01-01 00:00:21.000Z COUNT() was 2, not > 3",
      "",
      "why not burst, user=nobody, up to 2026-01-01 00:00:50.000Z",
      "  no event with this key came to it",
      "  WHERE was not TRUE for 1 of 11 events: `ok` failed 1",
      "",
    ].join("\n"),
  );
});

test("--why RULE lists the near misses, the closest first", async () => {
  const out = await why("burst");
  expect(out).toContain("why not burst, user=u2, up to");
  expect(out.split("near misses\n")[1]).toBe(
    [
      "TIME                      KEY         NEAR  WHAT",
      "2026-01-01 00:00:22.000Z  user=u2     99 %  COUNT() was 3, not > 3",
      "2026-01-01 00:00:41.000Z  user=a@b.c  67 %  COUNT() was 2, not > 3",
      "2026-01-01 00:00:30.000Z  user=7      33 %  COUNT() was 1, not > 3",
      "",
    ].join("\n"),
  );
});

test("--why takes keys of several parts, and shows the runs of sequences", async () => {
  const out = await why("pair:user=u1,shop=a,b", "unpaid");
  expect(out).toContain("why not pair, user=u1 shop=a,b, up to");
  expect(out).toContain("COUNT() was 4, not > 5");
  expect(out).toContain(
    "the run that came furthest had o at 2026-01-01 00:00:50.000Z and waited for p; it still waits, until 2026-01-01 00:01:50.000Z",
  );
});

test("with --json answers are lines on standard error, before the counts", async () => {
  const { out, err } = await runWeir(["replay", "r.weir", "events.ndjson", "--json", "--why", "burst:u2"], { cwd });
  expect(jsonLines(out)).toHaveLength(1);
  expect(jsonLines(out)[0]).not.toHaveProperty("events");
  const [answer, counts] = jsonLines(err.slice(err.indexOf("{")));
  expect(answer).toMatchObject({
    why: { rule: "burst", key: { user: "u2" }, time: null },
    whyNot: { best: { condition: { compare: { left: { text: "COUNT()", value: 3 } } } } },
  });
  expect(counts).toMatchObject({ events: 12, alerts: 1 });
});

test("--explain shows what the condition came to", async () => {
  const { out } = await runWeir(["replay", "r.weir", "events.ndjson", "--explain"], { cwd });
  expect(out).toContain('  HIGH      burst  user=u1\n    COUNT() was 4, > 3\n    {"ts":1767225600000,');
});

test("a question that cannot be asked is bad usage", async () => {
  const cases: readonly (readonly [question: string, message: string])[] = [
    ["brst", "there is no rule `brst`\n      did you mean `burst`?"],
    ["nothing:u1", "there is no rule `nothing`\n      the rules are burst, pair, unpaid"],
    ["pair:u1", "`u1` is no part of the key of rule `pair`\n      write it as user=VALUE,shop=VALUE"],
    ["burst@soon", "`soon` is no time"],
  ];
  for (const [question, message] of cases) {
    const { code, err } = await runWeir(["replay", "r.weir", "events.ndjson", "--why", question], { cwd });
    expect({ question, code }).toEqual({ question, code: 2 });
    expect(err).toContain(message);
  }
});
