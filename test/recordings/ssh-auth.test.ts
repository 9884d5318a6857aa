import { beforeEach, describe, expect, test } from "vitest";
import { recording } from "./recording.ts";
import { iso, type Replay, replay, rulesIn, sortedIds, values } from "./replay.ts";
import { duration, events, largest, type SessionAnswer } from "./session-alerts.ts";

const ssh = recording("ssh-auth");
const hourMs = 3_600_000;

describe("the login log of a host on the internet", () => {
  let whole: Replay | undefined;
  const run = () => (whole ??= replay(rulesIn("ssh-auth.weir"), "auth", ssh.events(), { flushMs: hourMs }));
  beforeEach(ssh.skipIfMissing);

  test("Q1: more than five failed passwords of an address in a minute", () => {
    const { halfOpen, closed } = ssh.sliding("Q1_failed_gt5_60s");
    expect(run().sliding("failed_burst")).toEqual(halfOpen);
    expect(run().sliding("failed_burst_closed")).toEqual(closed);
    expect(run().sliding("failed_each")).toMatchObject({
      events_true: halfOpen.events_true,
      first_id_per_key: halfOpen.first_id_per_key,
    });
  });

  test("Q2: the sum of folded repeats", () => {
    expect(run().sliding("failed_sum")).toEqual(ssh.sliding("Q2_sum_repeat_gt5_60s").halfOpen);
  });

  test("Q3: three failures, then a login, as a window and as a sequence", () => {
    const { ids } = ssh.answer("Q3_3failed_then_accepted_10m") as { ids: number[] };
    expect(values(run().alerts("guessed_in_window"), "id")).toEqual(ids);
    expect(values(run().alerts("guessed_in_sequence"), "id")).toEqual(ids);
  });

  test("Q4: four distinct users of an address in ten minutes", () => {
    expect(run().sliding("many_users")).toEqual(ssh.sliding("Q4_distinct_users_ge4_10m").halfOpen);
  });

  test("Q5: sessions per address", () => {
    const answer = ssh.answer("Q5_sessions_gap30m") as {
      sessions: number;
      keys: number;
      with_ge20_events: number;
      longest: SessionAnswer;
      most_events: SessionAnswer;
    };
    const visits = run().flushed("visits");
    expect({
      sessions: visits.length,
      keys: new Set(visits.map((alert) => alert.key["ip"])).size,
      with_ge20_events: values(visits, "events").filter((count) => (count as number) >= 20).length,
      longest: largest(visits, duration),
      most_events: largest(visits, events),
    }).toEqual(answer);
  });

  test("Q6: a session that is not closed within an hour", () => {
    const answer = ssh.answer("Q6_session_not_closed_1h") as { absent_ids: number[]; pending_at_end: number };
    expect(values(run().alerts("not_closed"), "id")).toEqual(answer.absent_ids);
    expect(run().ruleStats("not_closed").pending).toBe(answer.pending_at_end);
  });

  test("Q7: an hour far above the 24 hours before it", () => {
    const answer = ssh.answer("Q7_hourly_spike_3sd_prev24") as Record<string, unknown>;
    const spikes = run()
      .flushed("spike")
      .map(({ data }) => [iso(data["hour"] as number), data["count"], data["mean"], data["sd"], data["margin"]]);
    expect(spikes).toEqual(answer["list_[hour,count,mean,sd,margin]"]);
  });

  test("Q8: the first login of a user from an address", () => {
    const { list } = ssh.answer("Q8_first_login_of_pair") as { list: [number, string, string, string][] };
    const logins = run().alerts("first_login");
    expect(logins.map(({ data, key }) => [data["id"], key["user"], key["ip"]])).toEqual(
      list.map(([id, user, ip]) => [id, user, ip]),
    );
  });

  test("Q9: ten failures of a user feed a sequence", () => {
    const answer = ssh.answer("Q9_ge10_failed_by_user_then_accepted_10m") as {
      trigger_events: number;
      list: unknown[];
    };
    expect(run().alerts("guessing")).toHaveLength(answer.trigger_events);
    const guessed = run().alerts("guessed_user");
    expect(guessed.map(({ data, key }) => [data["id"], key["user"], data["ip"]])).toEqual(answer.list);
  });

  test.for([
    ["runs_10_in_15s", "runs=10,maxspan=15s"],
    ["runs_3_in_60s", "runs=3,maxspan=60s"],
    ["runs_2_in_60s", "runs=2,maxspan=60s"],
    ["runs_1_in_60s", "runs=1,maxspan=60s"],
    ["runs_1_in_15s", "runs=1,maxspan=15s"],
  ] as const)("Q10: %s of failures, then a login", ([rule, question]) => {
    const answer = ssh.answer("Q10_runs_then_accepted") as Record<string, number[]>;
    expect(sortedIds(run().alerts(rule))).toEqual(answer[question]);
  });
});
