import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { folderOf, runWeir, type WeirRun } from "./run-weir.ts";

const rules = `
STREAM payments { user: STRING, amount?: NUMBER, shop: STRING }
RULE busy FROM payments BY user WITHIN 1m WHEN COUNT() > 8 EMIT HIGH "{user} paid {COUNT()} times" { count: COUNT() } INTO busy_users
RULE spree FROM payments BY user WITHIN 10m WHEN SUM(amount) > 3000 EMIT LOW { total: SUM(amount) } AND RESOLVE
RULE by_shop FROM payments BY shop EVERY 1m WHEN COUNT() > 150 EMIT INFO { count: COUNT() }
RULE quiet FROM payments, logins BY user SEQUENCE a: logins THEN NOT b: payments WITHIN 30s EMIT LOW
RULE many FROM busy_users WITHIN 5m WHEN COUNT(DISTINCT user) > 5 EMIT CRITICAL
RULE rare FROM payments BY user WHEN amount > 990 EMIT LOW COOLDOWN 1m PER shop
`;

/** Payments and logins of some users, some of them late, badly typed, without a key, or no JSON at all. */
function files(events: number): Readonly<Record<string, string | Uint8Array>> {
  const payments: string[] = [];
  const logins: string[] = ["ts,user,ip"];
  for (let i = 0; i < events; i++) {
    const ts = 1_767_225_600_000 + 30 * i - (i % 97 === 0 ? 5000 : 0);
    const user = `u${(i * i + 7 * i) % 211}`;
    payments.push(
      i % 499 === 0
        ? `{"ts":${ts},"user":`
        : JSON.stringify({
            ts,
            user: i % 83 === 0 ? null : user,
            shop: `s${(i * 31) % 13}`,
            amount: i % 61 === 0 ? "much" : (i * 7919) % 1000,
            note: "x".repeat(i % 50),
          }),
    );
    if (i % 5 === 0) logins.push(`${ts},u${(i * 3) % 400},10.0.0.${i % 255}`);
  }
  return {
    "rules.weir": rules,
    "payments.ndjson": `${payments.join("\n")}\n`,
    "logins.csv.gz": gzipSync(`${logins.join("\n")}\n`),
    "cut.ndjson.gz": gzipSync(payments.join("\n")).subarray(0, 4000),
  };
}

function inFolder(cwd: string, ...args: string[]): Promise<WeirRun> {
  return runWeir(["replay", "rules.weir", ...args], { cwd });
}

describe("weir replay --workers", () => {
  it("puts out byte for byte what one thread does, with counts, hash and what is bad or late", async () => {
    const cwd = folderOf(files(8000));
    const args = ["payments.ndjson", "logins.csv.gz", "--json", "--until", "2026-01-01T01:00:00Z", "--lateness", "1s"];
    const one = await inFolder(cwd, ...args);
    expect(one.code).toBe(0);
    const counts = JSON.parse(one.err.trimEnd().split("\n").at(-1)!) as Record<string, number>;
    for (const name of ["late", "bad", "missingKey", "typeMismatch", "suppressed"]) {
      expect(counts[name], name).toBeGreaterThan(0);
    }
    const fired = new Set(
      one.out
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { rule: string }).rule),
    );
    expect([...fired].sort()).toEqual(["busy", "by_shop", "many", "quiet", "rare", "spree"]);
    for (const workers of ["2", "3"]) {
      const several = await inFolder(cwd, ...args, "--workers", workers);
      expect(several.out === one.out, `the alerts of ${workers} workers`).toBe(true);
      expect(several.err).toBe(one.err);
      expect(several.code).toBe(0);
    }
  }, 120_000);

  it("prints the same table, but for the time it took", async () => {
    const cwd = folderOf(files(3000));
    const one = await inFolder(cwd, "payments.ndjson");
    const two = await inFolder(cwd, "payments.ndjson", "--workers", "2");
    const timeless = (text: string): string => text.replace(/events in [\d.]+ s \([\d,]+ a second\)/, "events");
    expect(timeless(two.out)).toBe(timeless(one.out));
    expect(two.err).toBe(one.err);
  }, 120_000);

  it("says once that a file is cut, and ends with 3; with --strict it puts nothing out", async () => {
    const cwd = folderOf(files(3000));
    const args = ["payments.ndjson", "cut.ndjson.gz", "--json"];
    const one = await inFolder(cwd, ...args);
    const two = await inFolder(cwd, ...args, "--workers", "2");
    expect(two).toEqual(one);
    expect(two.code).toBe(3);
    const strict = await inFolder(cwd, ...args, "--workers", "2", "--strict");
    expect(strict.out).toBe("");
    expect(strict.err).toContain("with --strict nothing is put out");
    expect(strict.code).toBe(3);
    const missing = await inFolder(cwd, "nowhere.ndjson", "--json", "--workers", "2");
    expect(missing).toEqual(await inFolder(cwd, "nowhere.ndjson", "--json"));
  }, 120_000);

  it("puts out the same over standard input and over files that are inflated", async () => {
    const all = files(20_000);
    const cwd = folderOf({ ...all, "payments.ndjson.gz": gzipSync(all["payments.ndjson"]!) });
    const input = all["payments.ndjson"]!;
    for (const args of [
      ["-", "--stream", "payments", "--json"],
      ["payments.ndjson.gz", "logins.csv.gz", "--json"],
    ]) {
      const one = await runWeir(["replay", "rules.weir", ...args], { cwd, input });
      expect(one.out).not.toBe("");
      expect(await runWeir(["replay", "rules.weir", ...args, "--workers", "2"], { cwd, input })).toEqual(one);
    }
  }, 120_000);

  it("is refused where several threads cannot do what is asked", async () => {
    const cwd = folderOf({
      ...files(10),
      "arrival.weir": "STREAM a TIME ARRIVAL\nRULE r FROM a BY user WHEN TRUE EMIT LOW",
    });
    const refused: readonly (readonly [readonly string[], string])[] = [
      [["rules.weir", "payments.ndjson", "--explain"], "--workers goes with neither --explain nor --why"],
      [["arrival.weir", "payments.ndjson"], "stream `a` has TIME ARRIVAL"],
      [["rules.weir", "payments.ndjson", "--param", "x=1"], "x"],
    ];
    for (const [args, message] of refused) {
      const run = await runWeir(["replay", ...args, "--workers", "2"], { cwd });
      expect(run.err).toContain(message);
      expect(run.code).toBe(2);
      expect(run.out).toBe("");
    }
    const none = await runWeir(["replay", "rules.weir", "payments.ndjson", "--workers", "0"], { cwd });
    expect(none.code).toBe(2);
  }, 120_000);
});
