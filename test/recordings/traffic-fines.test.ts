import { beforeEach, describe, expect, test } from "vitest";
import { recording, type SlidingAnswer } from "./recording.ts";
import { ascending, iso, type Replay, replay, rulesIn, sortedIds } from "./replay.ts";

const fines = recording("traffic-fines");
const dayMs = 86_400_000;

describe("the handling of traffic fines", { timeout: 60_000 }, () => {
  let whole: Replay | undefined;
  const run = () => (whole ??= replay(rulesIn("traffic-fines.weir"), "steps", fines.events(), { flushMs: dayMs }));
  beforeEach(fines.skipIfMissing);

  test.for([
    ["Q1_created_not_sent_nor_paid_120d", "not_sent"],
    ["Q2_notified_no_payment_no_appeal_60d", "not_answered"],
  ] as const)("%s", ([question, rule]) => {
    const answer = fines.answer(question) as { absent_ids: number[]; pending_at_end: number };
    expect(sortedIds(run().alerts(rule))).toEqual(ascending(answer.absent_ids));
    expect(run().ruleStats(rule).pending).toBe(answer.pending_at_end);
  });

  test("Q3: the path of five steps", () => {
    const last = sortedIds(run().alerts("whole_path"));
    expect({
      cases_any_time: run().alerts("whole_path_at_any_time").length,
      cases_le_730d: last.length,
      cases_lt_730d: run().alerts("whole_path_strictly").length,
      sum_of_last_ids: sum(last),
    }).toEqual(fines.answer("Q3_full_path_730d"));
  });

  test("Q4: a penalty, then a payment", () => {
    const paid = sortedIds(run().alerts("paid_after_penalty"));
    expect({
      fires: paid.length,
      fires_if_strictly_less: run().alerts("paid_after_penalty_strictly").length,
      sum_of_payment_ids: sum(paid),
      first_ids: paid.slice(0, 50),
    }).toEqual(fines.answer("Q4_penalty_then_payment_90d"));
  });

  test("Q5: two payments within thirty days", () => {
    const { halfOpen, closed } = fines.sliding("Q5_ge2_payments_30d");
    expect(counts(run().sliding("paid_twice"))).toEqual(halfOpen);
    expect(counts(run().sliding("paid_twice_closed"))).toEqual(closed);
  });

  test("Q6: a day far above the thirty days before it", () => {
    const answer = fines.answer("Q6_create_fine_day_spike") as Record<string, unknown>;
    const days = run()
      .flushed("spike")
      .map(({ data }) => [iso(data["day"] as number).slice(0, 10), data["fines"], data["margin"]]);
    expect(days).toEqual(answer["list_[day,count,margin]"]);
  });

  test("Q7: a fine that is paid with no step between", () => {
    expect(run().alerts("paid_at_once")).toHaveLength(
      fines.answer("Q7_send_fine_directly_followed_by_payment") as number,
    );
  });
});

function counts({ events_true, keys }: SlidingAnswer): unknown {
  return { events_true, keys };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
