// Not a rule: Q7 counts late events, which the engine sets aside before any rule sees them; its statistics have them.

import { beforeEach, describe, expect, test } from "vitest";
import { recording } from "./recording.ts";
import { iso, type Replay, replay, rulesIn, sortedRows, values } from "./replay.ts";
import { duration, events, largest, type SessionAnswer } from "./session-alerts.ts";

const weblog = recording("weblog");
const hourMs = 3_600_000;
const flushMs = 3 * hourMs;

// The times of this log were rewritten by its publisher: lines arrive up to 59 s late. Both orders must give the same.
describe.for([
  ["by event time", () => replay(rulesIn("weblog.weir"), "requests", weblog.events(), { flushMs })],
  [
    "in the order of arrival",
    () => replay(rulesIn("weblog.weir"), "requests", weblog.arrivals(), { flushMs, lateness: 60_000 }),
  ],
] as const)("the access log of a web server, %s", ([, start]) => {
  let whole: Replay | undefined;
  const run = () => (whole ??= start());
  beforeEach(weblog.skipIfMissing);

  test("no event is set aside", () => {
    expect(run().stats).toMatchObject({ events: 10_000, late: 0, bad: 0, missingKey: 0, typeMismatch: 0, limited: 0 });
  });

  test("Q1: four missing pages of an address in a minute", () => {
    expect(run().sliding("not_found")).toEqual(weblog.sliding("Q1_404_ge4_60s").halfOpen);
  });

  test("Q2: fifteen distinct pages in half a minute", () => {
    const { halfOpen, closed } = weblog.sliding("Q2_distinct_paths_ge15_30s");
    expect(run().sliding("crawler")).toEqual(halfOpen);
    expect(run().sliding("crawler_closed")).toEqual(closed);
  });

  test("Q3: 100 MB in an hour", () => {
    expect(run().sliding("heavy")).toEqual(weblog.sliding("Q3_bytes_gt100MB_1h").halfOpen);
  });

  test("Q4: sessions of an address", () => {
    const answer = weblog.answer("Q4_sessions_gap30m") as {
      sessions: number;
      ips: number;
      single_request: number;
      ge30_requests: number;
      most_events: SessionAnswer;
    };
    const visits = run().flushed("visits");
    const counts = values(visits, "events") as number[];
    expect({
      sessions: visits.length,
      ips: new Set(visits.map((alert) => alert.key["ip"])).size,
      single_request: counts.filter((count) => count === 1).length,
      ge30_requests: counts.filter((count) => count >= 30).length,
      most_events: largest(visits, events),
    }).toEqual(answer);
  });

  test("Q4b: sessions with a gap of two hours", () => {
    const visits = run().flushed("long_visits");
    expect({ sessions: visits.length, longest: largest(visits, duration) }).toEqual(
      weblog.answer("Q4b_sessions_gap2h"),
    );
  });

  test("Q5: robots.txt, then a missing page within a day", () => {
    const { pairs } = weblog.answer("Q5_robots_then_404_24h") as { pairs: number[][] };
    expect(sortedRows(run().alerts("robot_lost"), "robots", "id")).toEqual(pairs);
  });

  test("Q6: hours with more than 5 % missing pages", () => {
    const hours = run()
      .flushed("bad_hours")
      .map(({ at, data }) => [iso(at - hourMs), data["lost"], data["all"]]);
    expect(hours).toEqual(weblog.answer("Q6_hours_404_gt5pct"));
  });
});

describe("the access log of a web server, with a watermark", () => {
  beforeEach(weblog.skipIfMissing);

  test.for([0, 10, 30, 45, 59, 60])("Q7: late events at %d s", (seconds) => {
    const { stats } = replay(rulesIn("weblog.weir"), "requests", weblog.arrivals(), { lateness: seconds * 1000 });
    expect(stats.late).toBe((weblog.answer("Q7_late") as Record<string, number>)[`${seconds}s`]);
  });

  test("Q7b: what is late at 30 s is left out, the rest is put in order", () => {
    const { halfOpen, closed } = weblog.sliding("Q7b_Q2_with_L30s_drop");
    const run = replay(rulesIn("weblog.weir"), "requests", weblog.arrivals(), { lateness: 30_000 });
    expect(run.sliding("crawler")).toEqual(halfOpen);
    expect(run.sliding("crawler_closed")).toEqual(closed);
  });
});
