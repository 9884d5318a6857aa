import { beforeEach, describe, expect, test } from "vitest";
import { recording, type SlidingAnswer } from "./recording.ts";
import { ascending, type Replay, replay, rulesIn, sortedIds, sortedRows } from "./replay.ts";

const sepsis = recording("sepsis");

describe("the treatment of patients with sepsis", { timeout: 60_000 }, () => {
  let whole: Replay | undefined;
  const run = () => (whole ??= replay(rulesIn("sepsis.weir"), "care", sepsis.events()));
  beforeEach(sepsis.skipIfMissing);

  test.for([
    ["Q1_no_antibiotics_1h_after_sepsis_triage", "no_antibiotics"],
    ["Q2_no_lactic_acid_3h_after_sepsis_triage", "no_lactic_acid"],
    ["Q7_lactate_ge4_no_liquid_2h", "no_liquid"],
  ] as const)("%s", ([question, rule]) => {
    const answer = sepsis.answer(question) as { absent_ids: number[]; pending_at_end: number };
    expect(sortedIds(run().alerts(rule))).toEqual(ascending(answer.absent_ids));
    expect(run().ruleStats(rule).pending).toBe(answer.pending_at_end);
  });

  test("Q3: a release, then a return within 28 days", () => {
    const { pairs } = sepsis.answer("Q3_return_within_28d") as { pairs: number[][] };
    expect(sortedRows(run().alerts("returned"), "id", "released")).toEqual(
      pairs.map(([released, back]) => [back, released]),
    );
  });

  test("Q4: three measurements in a day", () => {
    const { halfOpen, closed } = sepsis.sliding("Q4_ge3_lactic_24h");
    expect(withoutCooldown(run().sliding("lactic_often"))).toEqual(halfOpen);
    expect(withoutCooldown(run().sliding("lactic_often_closed"))).toEqual(closed);
  });

  test("Q5: half as much again as the value before", () => {
    expect(sortedIds(run().alerts("crp_up"))).toEqual(
      ascending((sepsis.answer("Q5_crp_up_50pct_48h") as { ids: number[] }).ids),
    );
  });

  test("Q6: from normal to intensive care within a day, with and without a measurement between", () => {
    const answer = sepsis.answer("Q6_NC_then_IC_24h") as Record<string, unknown>;
    expect(run().alerts("intensive_care")).toHaveLength(answer["without_negation"] as number);
    expect(sortedRows(run().alerts("intensive_care_unmeasured"), "normal", "id")).toEqual(answer["pairs_[NC,IC]"]);
  });

  test("Q8: directly followed by", () => {
    expect({
      "ER Triage>ER Sepsis Triage": run().alerts("triage_then_sepsis").length,
      "IV Liquid>IV Antibiotics": run().alerts("liquid_then_antibiotics").length,
    }).toEqual(sepsis.answer("Q8_directly_follows"));
  });

  test("Q9: three tests in any order within half an hour", () => {
    const { halfOpen } = sepsis.sliding("Q9_crp_leuco_lactic_30m");
    expect(run().sliding("three_tests")).toEqual(halfOpen);
  });
});

function withoutCooldown({ events_true, keys, first_id_per_key }: SlidingAnswer): unknown {
  return { events_true, keys, first_id_per_key };
}
