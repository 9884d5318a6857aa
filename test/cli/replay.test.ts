import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { folderOf, jsonLines, runWeir, startWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const start = Date.UTC(2026, 0, 1);
const lines = (events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");
const burst = (user: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ ts: start + from + i * 1000, user }));
const burstRule = "WITHIN 10s COUNT(user) > 5 EMIT HIGH\n";
const everyRule = "RULE every EMIT LOW { user, stream: STREAM_NAME() }\n";

test("--json puts one alert per line on standard output and the counts last on standard error", async () => {
  const cwd = folderOf({ "r.weir": burstRule, "events.ndjson": lines(burst("u1", 7)) });
  const { code, out, err } = await runWeir(["replay", "r.weir", "events.ndjson", "--json"], { cwd });
  expect(code).toBe(0);
  expect(out.split("\n")).toHaveLength(2);
  const [alert] = jsonLines(out);
  expect(Object.keys(alert!)).toEqual(["id", "rule", "severity", "status", "at", "key", "message", "data"]);
  expect(alert).toMatchObject({ severity: "HIGH", at: start + 5000, key: { user: "u1" } });
  expect(err.trimEnd().split("\n").at(-1)).toMatch(
    /^\{"events":7,"late":0,"bad":0,"missingKey":0,"typeMismatch":0,"limited":0,"alerts":1,"suppressed":0,"pending":0\}$/,
  );
});

test("without --json it prints a table and a summary, without colours where there is no terminal", async () => {
  const cwd = folderOf({ "r.weir": burstRule, "e.ndjson": lines([...burst("u1", 7), ...burst("u2", 7, 60_000)]) });
  const { code, out } = await runWeir(["replay", "r.weir", "e.ndjson"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("2026-01-01 00:00:05.000Z  HIGH      rule_1  user=u1");
  expect(out).toMatch(/14 events in [\d.]+ s \([\d,]+ a second\), 2 alerts/);
  expect(out).toContain("most alerts: user=u1 (1), user=u2 (1)");
  expect(out).not.toContain("\u001b");
});

test("bad records are named with file and line and counted; the rest is processed", async () => {
  const bad = [
    '{"ts":1767225600000,"user":"a"}',
    "not json",
    '{"user":"a"}',
    '{"ts":"soon","user":"a"}',
    '{"ts":1767225601000,"__proto__":{"x":1},"user":"__proto__"}',
    '{"ts":1767225602000,"user":12}',
    "[]",
  ];
  const cwd = folderOf({ "r.weir": "RULE r BY user EXPIRE AFTER 1d EMIT LOW", "e.ndjson": bad.join("\n") });
  const { code, out, err } = await runWeir(["replay", "r.weir", "e.ndjson", "--json"], { cwd });
  expect(code).toBe(0);
  expect(jsonLines(out).map((alert) => alert["key"])).toEqual([
    { user: "a" },
    JSON.parse('{"user":"__proto__"}'),
    { user: 12 },
  ]);
  expect(err).toContain("e.ndjson:2: not JSON: unexpected token 'o'\n  not json\n");
  expect(err).toContain("e.ndjson:3: event time is missing");
  expect(err).toContain('e.ndjson:4: event time cannot be read: `ts` is "soon"');
  expect(err).toContain("e.ndjson:7: a line holds one JSON object, this holds a list");
  expect(jsonLines(err.trimEnd().split("\n").at(-1)!)[0]).toMatchObject({ events: 5, bad: 4, alerts: 3 });
});

test("of many bad records the first ten are shown, then a count", async () => {
  const cwd = folderOf({ "r.weir": everyRule, "e.ndjson": "x\n".repeat(25) });
  const { err } = await runWeir(["replay", "r.weir", "e.ndjson", "--json"], { cwd });
  expect(err.match(/e\.ndjson:\d+:/g)).toHaveLength(10);
  expect(err).toContain("… and 15 more bad records\n");
});

test("with --strict bad input puts nothing out and ends with 3", async () => {
  const cwd = folderOf({
    "r.weir": everyRule,
    "bad.ndjson": `${lines(burst("u1", 3))}nope\n`,
    "untimed.ndjson": '{"user":"u1"}\n',
    "good.ndjson": lines(burst("u1", 3)),
  });
  for (const file of ["bad.ndjson", "untimed.ndjson", "missing.ndjson"]) {
    const { code, out, err } = await runWeir(["replay", "r.weir", "good.ndjson", file, "--json", "--strict"], { cwd });
    expect({ file, code, out }).toEqual({ file, code: 3, out: "" });
    expect(err).toContain(file);
  }
  const good = await runWeir(["replay", "r.weir", "good.ndjson", "--json", "--strict"], { cwd });
  expect(good.code).toBe(0);
  expect(jsonLines(good.out)).toHaveLength(3);
});

test("a missing file, a folder, a gzip that was cut off: a clear message, the rest processed, 3", async () => {
  const packed = gzipSync(
    lines(Array.from({ length: 5000 }, (_, i) => ({ ts: start + i, user: `u${(i * 7919) % 4999}` }))),
  );
  const cwd = folderOf({
    "r.weir": everyRule,
    "good.ndjson": lines(burst("u1", 3)),
    "cut.ndjson.gz": packed.subarray(0, packed.length >> 1),
  });
  const missing = await runWeir(["replay", "r.weir", "missing.ndjson", "good.ndjson", "--json"], { cwd });
  expect(missing.code).toBe(3);
  expect(missing.err).toContain("cannot open `missing.ndjson`: there is no such file");
  expect(jsonLines(missing.out)).toHaveLength(3);

  const folder = await runWeir(["replay", "r.weir", ".", "--json"], { cwd });
  expect(folder.code).toBe(3);
  expect(folder.err).toContain("it is a folder");

  const cut = await runWeir(["replay", "r.weir", "cut.ndjson.gz", "--json"], { cwd });
  expect(cut.code).toBe(3);
  expect(cut.err).toContain("cut.ndjson.gz: the gzip data ends too early");
  expect(jsonLines(cut.out).length).toBeGreaterThan(1000);
});

test("CSV with quoted newlines, gzip and standard input are read as what they are", async () => {
  const csv = 'ts,user,note\n1767225600000,u1,"two\nlines"\n1767225601000,u2,"a ""quote"""\n1767225602000,broken\n';
  const cwd = folderOf({
    "r.weir": "RULE r EMIT LOW { user, note, stream: STREAM_NAME() }",
    "pay.2026.csv.gz": gzipSync(csv),
  });
  const file = await runWeir(["replay", "r.weir", "pay.2026.csv.gz", "--json"], { cwd });
  const expected = [
    { user: "u1", note: "two\nlines", stream: "pay" },
    { user: "u2", note: 'a "quote"', stream: "pay" },
  ];
  expect(jsonLines(file.out).map((alert) => alert["data"])).toEqual(expected);
  expect(file.err).toContain("pay.2026.csv.gz:5: the record has 2 fields, the header 3");

  const piped = await runWeir(["replay", "r.weir", "-", "--stream", "pay", "--json"], { cwd, input: csv });
  expect(jsonLines(piped.out).map((alert) => alert["data"])).toEqual(expected);
});

test("an event's stream is its field `stream`, else --stream, else the name of its file", async () => {
  const events = lines([
    { ts: start, user: "a", stream: "logins" },
    { ts: start + 1, user: "b" },
    { ts: start + 2, user: "c", stream: 7 },
  ]);
  const cwd = folderOf({ "r.weir": everyRule, "payments.x.ndjson": events });
  const streams = async (...args: string[]): Promise<unknown[]> => {
    const { out } = await runWeir(["replay", "r.weir", ...args, "--json"], { cwd, input: events });
    return jsonLines(out).map(({ data }) => (data as { stream: unknown }).stream);
  };
  expect(await streams("payments.x.ndjson")).toEqual(["logins", "payments", "payments"]);
  expect(await streams("payments.x.ndjson", "--stream", "other")).toEqual(["logins", "other", "other"]);
  expect(await streams("-")).toEqual(["logins", "stdin", "stdin"]);
});

test("several files are merged in order of time", async () => {
  const part = (offset: number) =>
    Array.from({ length: 500 }, (_, i) => ({ ts: start + i * 3000 + offset, user: `f${offset}` }));
  const cwd = folderOf({
    "r.weir": "RULE r EMIT LOW { at: EVENT_TIME() }",
    "a.ndjson": lines(part(0)),
    "b.ndjson": lines(part(1000)),
    "c.ndjson": lines(part(2000)),
  });
  const { out, err } = await runWeir(["replay", "r.weir", "c.ndjson", "a.ndjson", "b.ndjson", "--json"], { cwd });
  expect(jsonLines(out).map((alert) => alert["at"])).toEqual(Array.from({ length: 1500 }, (_, i) => start + i * 1000));
  expect(err).toContain('"late":0,');
});

test("--param, --table, --lateness, --until and --explain reach the engine", async () => {
  const cwd = folderOf({
    "r.weir": `
      TABLE vips KEY user { tier: STRING }
      PARAM limit = 5
      PARAM pause = 1m
      RULE many BY user WITHIN 10s WHEN COUNT() >= limit EMIT HIGH { tier: vips[user].tier }
      RULE quiet BY user SESSION pause EMIT INFO`,
    "e.ndjson": lines([...burst("u1", 3), { ts: start + 500, user: "u1" }]),
    "vips.csv": "user,tier\nu1,gold\n",
  });
  const args = [
    "replay",
    "r.weir",
    "e.ndjson",
    "--json",
    "--param",
    "limit=2",
    "--param",
    "pause=20s",
    "--table",
    "vips=vips.csv",
  ];
  const plain = await runWeir(args, { cwd });
  expect(jsonLines(plain.out)).toMatchObject([{ rule: "many", at: start + 1000, data: { tier: "gold" } }]);
  expect(plain.err).toContain("1 event came late: LATENESS 1s500ms would have kept 99.9 %");
  expect(plain.err).toContain('"late":1,');
  expect(plain.err).toContain('"pending":1}');

  const more = await runWeir([...args, "--lateness", "2s", "--until", "2026-01-01T00:01:00Z", "--explain"], { cwd });
  const alerts = jsonLines(more.out);
  expect(alerts.map(({ rule, at }) => [rule, at])).toEqual([
    ["many", start + 500],
    ["quiet", start + 22_000],
  ]);
  expect(alerts[0]!["events"]).toHaveLength(2);
  expect(more.err).toContain('"late":0,');
});

test("bad usage and bad rules end with 2 and say what is wrong", async () => {
  const cwd = folderOf({
    "r.weir": "PARAM limit = 5\nRULE r WHEN COUNT() > limit EMIT LOW",
    "typo.weir": "RULE r BY user WITHIN 10 WHEN COUNT() > 5 EMIT HIG",
    "e.ndjson": lines(burst("u", 1)),
  });
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["replay", "e.ndjson"], "there are no rules"],
    [["replay", "r.weir"], "there are no events"],
    [["replay", "none.weir", "e.ndjson"], "cannot open rules `none.weir`"],
    [["replay", "typo.weir", "e.ndjson"], "typo.weir:1:"],
    [["replay", "r.weir", "e.ndjson", "--param", "limt=3"], "no PARAM `limt`"],
    [["replay", "r.weir", "e.ndjson", "--param", "limit"], "--param takes NAME=VALUE"],
    [["replay", "r.weir", "e.ndjson", "--param", "limit=many"], "PARAM `limit` is a number"],
    [["replay", "r.weir", "e.ndjson", "--until", "tomorrow"], "2026-01-31T12:00:00Z"],
    [["replay", "r.weir", "e.ndjson", "--lateness", "5"], "500ms"],
    [["replay", "r.weir", "e.ndjson", "--nonsense"], "unknown option"],
    [["replay", "r.weir", "-", "-"], "standard input can be read only once"],
    [["reply"], "Did you mean replay?"],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await runWeir(args, { cwd });
    expect({ args, code, out }).toEqual({ args, code: 2, out: "" });
    expect(err).toContain(message);
  }
});

test("a line of 50 MB is set aside and the rest is processed", async () => {
  const [first, last] = burst("u1", 2);
  const long = `{"ts":${start},"user":"${"x".repeat(50_000_000)}"}\n`;
  const cwd = folderOf({ "r.weir": everyRule });
  const input = lines([first!]) + long + lines([last!]);
  const { code, out, err } = await runWeir(["replay", "r.weir", "-", "--json"], { cwd, input });
  expect(code).toBe(0);
  expect(jsonLines(out)).toHaveLength(2);
  expect(err).toContain("<stdin>:2: the line is longer than 16777216 bytes");
  expect(err.length).toBeLessThan(1000);
});

test("a reader that goes away ends it quietly", async () => {
  const cwd = folderOf({ "r.weir": everyRule, "e.ndjson": lines(burst("u1", 200_000)) });
  const child = startWeir(["replay", "r.weir", "e.ndjson", "--json"], { cwd });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((done) => child.on("close", done));
  expect(code).toBe(0);
  expect(err).not.toContain("EPIPE");
});

test("control characters of events do not reach a reader's terminal", async () => {
  const cwd = folderOf({ "r.weir": everyRule, "e.ndjson": lines([{ ts: start, user: "\u001b[2Jgone" }]) });
  const { out } = await runWeir(["replay", "r.weir", "e.ndjson"], { cwd });
  expect(out).toContain("user=\\u001b[2Jgone");
});
