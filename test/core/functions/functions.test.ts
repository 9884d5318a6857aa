import { describe, expect, test } from "vitest";
import { functionByName, functionRecords } from "../../../packages/core/src/functions/index.ts";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";
import { call, evaluate, given, scopeOf } from "../expression/evaluate.ts";

/** The result of a function for arguments that are not known before the event. */
function result(name: string, ...args: Value[]): Value {
  const names = args.map((_, i) => `a${i}`);
  const values = Object.fromEntries(args.map((value, i) => [names[i]!, value]));
  return evaluate(call(name, ...names.map(given)), {}, scopeOf(values));
}

const t = (iso: string): Time => new Time(Date.parse(iso));
const noon = t("2024-02-29T12:34:56.789Z");

const cases: Readonly<Record<string, readonly (readonly [args: Value[], expected: Value])[]>> = {
  ABS: [
    [[-5.5], 5.5],
    [[5], 5],
    [["-5"], null],
    [[new Duration(-5)], null],
  ],
  ROUND: [
    [[2.5], 3],
    [[-2.5], -3],
    [[0.49999999999999994], 0],
    [[2.675, 2], 2.68],
    [[1.005, 2], 1.01],
    [[-1.005, 2], -1.01],
    [[1.0049999, 2], 1],
    [[1234.5, -2], 1200],
    [[1250, -2], 1300],
    [[-49, -2], -0],
    [[1e300, 5], 1e300],
    [[5e-324, 2], 0],
    [[1.25, 1.5], null],
    [[1, "2"], null],
  ],
  FLOOR: [
    [[-1.5], -2],
    [[1.5], 1],
  ],
  CEIL: [
    [[-1.5], -1],
    [[1.2], 2],
  ],
  SQRT: [
    [[9], 3],
    [[-1], null],
  ],
  POW: [
    [[2, 10], 1024],
    [[4, 0.5], 2],
    [[10, 400], null],
    [[0, -1], null],
    [[-8, 1 / 3], null],
  ],
  LN: [
    [[Math.E], 1],
    [[0], null],
    [[-1], null],
  ],
  LOG10: [
    [[1000], 3],
    [[0], null],
  ],
  LEAST: [
    [[3, 1, 2], 1],
    [["b", "a"], "a"],
    [[new Time(2), new Time(1)], new Time(1)],
    [[1, "a"], null],
    [[1, new Duration(1)], null],
    [[1, null], null],
    [[true], null],
  ],
  GREATEST: [
    [[3, 1, 2], 3],
    [[new Duration(2), new Duration(5)], new Duration(5)],
    [[7], 7],
    [[false, true], null],
  ],
  COALESCE: [
    [[null, 0, 1], 0],
    [[null, "", "x"], ""],
    [[false], false],
    [[null, null], null],
  ],
  IF: [
    [[true, 1, 2], 1],
    [[false, 1, 2], 2],
    [[null, 1, 2], 2],
    [["x", 1, null], null],
    [[true, null, 2], null],
  ],
  LOWER: [
    [["ÄB"], "äb"],
    [[1], null],
  ],
  UPPER: [[["straße"], "STRASSE"]],
  TRIM: [[[" \t a b \n"], "a b"]],
  LENGTH: [
    [["😀a"], 3],
    [[""], 0],
    [[[1, null]], 2],
    [[{ length: 3 }], null],
    [[12], null],
  ],
  SUBSTRING: [
    [["abcdef", 2], "bcdef"],
    [["abcdef", 2, 3], "bcd"],
    [["abcdef", 1, 0], ""],
    [["abcdef", 0], "abcdef"],
    [["abcdef", 0, 2], "a"],
    [["abcdef", -2, 4], "a"],
    [["abcdef", -5, 3], ""],
    [["abcdef", 7], ""],
    [["abcdef", 5, 100], "ef"],
    [["abcdef", 1, -1], null],
    [["abcdef", 1.5], null],
    [["abcdef", 1, 1.5], null],
    [["😀", 1, 1], "\uD83D"],
  ],
  SPLIT: [
    [
      ["a,b,,c", ","],
      ["a", "b", "", "c"],
    ],
    [
      ["abc", "bc"],
      ["a", ""],
    ],
    [["abc", ""], ["abc"]],
    [["", ","], [""]],
    [
      ["a.b", "."],
      ["a", "b"],
    ],
  ],
  CONCAT: [
    [["a", 1 / 3, true], "a0.3333333333333333true"],
    [[new Time(0), " ", new Duration(61_000)], "1970-01-01T00:00:00.000Z 1m1s"],
    [[[1, "a"], { b: 2 }], '[1,"a"]{"b":2}'],
    [[new Duration(1000 / 3)], "333.3333333333333ms"],
    [["a", null], null],
    [[-0], "0"],
    [["x".repeat(2 ** 20), "x"], null],
  ],
  REPLACE: [
    [["a-b-c", "-", "+"], "a+b+c"],
    [["abc", "b", "$&$1"], "a$&$1c"],
    [["abc", "", "x"], "abc"],
    [["aaa", "aa", "b"], "ba"],
    [["a.b", ".", ""], "ab"],
    [["x".repeat(1000), "x", "y".repeat(2000)], null],
  ],
  TIME: [
    [[1500.7], new Time(1500)],
    [[-0.5], new Time(-1)],
    [["2024-02-29T12:34:56.789Z"], noon],
    [["2024-02-29T13:34:56.789+01:00"], noon],
    [[noon], noon],
    [["x"], null],
    [[1e16], null],
    [[true], null],
    [[new Duration(5)], null],
  ],
  HOUR: [
    [[noon], 12],
    [[t("1969-12-31T23:00:00Z")], 23],
    [[noon, "Europe/Berlin"], 13],
    [[t("2024-07-01T12:00:00Z"), "Europe/Berlin"], 14],
    [[t("2024-03-31T00:59:59.999Z"), "Europe/Berlin"], 1],
    [[t("2024-03-31T01:00:00Z"), "Europe/Berlin"], 3],
    [[t("2024-01-01T00:00:00Z"), "America/New_York"], 19],
    [[t("2024-01-01T00:10:00Z"), "Asia/Kathmandu"], 5],
    [[noon, "Nowhere/Land"], null],
    [[noon, ""], null],
    [[noon, 1], null],
    [[noon.ms], null],
  ],
  MINUTE: [
    [[noon], 34],
    [[noon, "Asia/Kathmandu"], 19],
  ],
  WEEKDAY: [
    [[noon], 4],
    [[t("2024-03-03T12:00:00Z")], 7],
    [[t("2024-03-04T00:00:00Z")], 1],
    [[t("2024-03-04T00:00:00Z"), "America/New_York"], 7],
    [[t("1969-12-31T12:00:00Z")], 3],
  ],
  DAY: [
    [[noon], 29],
    [[t("2024-02-29T23:30:00Z"), "Europe/Berlin"], 1],
  ],
  MONTH: [
    [[noon], 2],
    [[t("2024-02-29T23:30:00Z"), "Europe/Berlin"], 3],
  ],
  YEAR: [
    [[noon], 2024],
    [[t("2023-12-31T23:30:00Z"), "Europe/Berlin"], 2024],
    [[t("-000001-06-01T00:00:00Z")], -1],
    [[t("-000001-06-01T00:00:00Z"), "UTC"], -1],
    [[t("0000-06-01T00:00:00Z"), "UTC"], 0],
  ],
  SECONDS: [
    [[new Duration(1500)], 1.5],
    [[new Duration(-60_000)], -60],
    [[5], null],
  ],
  MINUTES: [[[new Duration(90_000)], 1.5]],
  HOURS: [[[new Duration(5_400_000)], 1.5]],
  DISTANCE_KM: [
    [[52.52, 13.405, 52.52, 13.405], 0],
    [[0, 0, "0", 1], null],
  ],
  IN_CIDR: [
    [["10.1.2.3", "10.0.0.0/8"], true],
    [["11.1.2.3", "10.0.0.0/8"], false],
    [["10.1.2.3", "10.9.9.9/8"], true],
    [["192.168.1.129", "192.168.1.128/25"], true],
    [["192.168.1.127", "192.168.1.128/25"], false],
    [["255.255.255.255", "255.255.255.255/32"], true],
    [["1.2.3.4", "0.0.0.0/0"], true],
    [["10.0.0.1", "10.0.0.1"], true],
    [["10.0.0.2", "10.0.0.1"], false],
    [["2001:db8::1", "2001:db8::/32"], true],
    [["2001:DB8:0:0:0:0:0:1", "2001:db8::/127"], true],
    [["2001:db9::1", "2001:db8::/32"], false],
    [["::1", "::/0"], true],
    [["::ffff:10.0.0.1", "::ffff:10.0.0.0/104"], true],
    [["::ffff:10.0.0.1", "10.0.0.0/8"], false],
    [["10.0.0.1", "::/0"], false],
    [["010.0.0.1", "10.0.0.0/8"], null],
    [["10.0.0", "10.0.0.0/8"], null],
    [["10.0.0.256", "10.0.0.0/8"], null],
    [["10.0.0.1.", "10.0.0.0/8"], null],
    [["", "10.0.0.0/8"], null],
    [["fe80::1%eth0", "fe80::/10"], null],
    [["1::2::3", "::/0"], null],
    [["1:2:3:4:5:6:7", "::/0"], null],
    [["1:2:3:4:5:6:7:8::", "::/0"], null],
    [["12345::", "::/0"], null],
    [[":1:2:3:4:5:6:7", "::/0"], null],
    [["10.0.0.1", "10.0.0.0/33"], null],
    [["10.0.0.1", "10.0.0.0/08"], null],
    [["10.0.0.1", "10.0.0.0/"], null],
    [["10.0.0.1", "10.0.0.0/-1"], null],
    [["10.0.0.1", "nonsense"], null],
  ],
};

const fromThePlan = ["EVENT_TIME", "STREAM_NAME", "PREV", "ELAPSED", "SPEED_KMH"];

for (const [name, rows] of Object.entries(cases)) {
  describe(name, () => {
    test.each(rows.map(([args, expected]) => [shown(args), args, expected] as const))("of %s", (_, args, expected) => {
      expect(result(name, ...args)).toEqual(expected);
    });
  });
}

function shown(args: readonly Value[]): string {
  const text = JSON.stringify(args);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

test("every function has cases here, or is an operation of the plan", () => {
  expect(functionRecords.map(({ name }) => name).sort()).toEqual([...Object.keys(cases), ...fromThePlan].sort());
});

test("NULL in gives NULL, but for COALESCE and IF", () => {
  for (const record of functionRecords) {
    if (fromThePlan.includes(record.name)) continue;
    expect(record.nullInNullOut, record.name).toBe(record.name !== "COALESCE" && record.name !== "IF");
    if (!record.nullInNullOut) continue;
    const sample = cases[record.name]!.find(([, expected]) => expected !== null)![0];
    for (let i = 0; i < sample.length; i++) {
      expect(result(record.name, ...sample.with(i, null)), `${record.name}, argument ${i + 1}`).toBeNull();
    }
  }
});

test("a function is found by its name in any case", () => {
  expect(functionByName("Round")?.name).toBe("ROUND");
  expect(functionByName("constructor")).toBeUndefined();
});

test("the distance of Berlin and Paris, of opposite places, and across the date line", () => {
  const km = (...places: number[]): number => result("DISTANCE_KM", ...places) as number;
  expect(km(52.52, 13.405, 48.8566, 2.3522)).toBeCloseTo(877.46, 1);
  expect(km(0, 0, 0, 180)).toBeCloseTo(Math.PI * 6371.0088, 6);
  expect(km(90, 0, -90, 77)).toBeCloseTo(Math.PI * 6371.0088, 6);
  expect(km(10, 179.5, 10, -179.5)).toBeCloseTo(km(10, 0, 10, 1), 6);
});

test("texts that multiply themselves end in NULL, not in a crash", () => {
  let text: Value = "ab";
  for (let i = 0; i < 60; i++) text = result("CONCAT", text, text);
  expect(text).toBeNull();
});

test("the calendar in a zone agrees with the formatter of the host for every hour of a year", () => {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: "Australia/Lord_Howe",
    dateStyle: "short",
    timeStyle: "short",
    hourCycle: "h23",
  });
  for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2025, 0, 1); ms += 3_600_000) {
    const parts = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE"].map((name) =>
      String(result(name, new Time(ms), "Australia/Lord_Howe") as number).padStart(2, "0"),
    );
    const own = `${parts[0]}-${parts[1]}-${parts[2]}, ${parts[3]}:${parts[4]}`;
    if (own !== format.format(ms)) expect(own).toBe(format.format(ms));
  }
});
