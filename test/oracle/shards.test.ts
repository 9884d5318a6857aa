import {
  type Alert,
  createShard,
  type EngineShard,
  type EventData,
  type EventShare,
  mergeStats,
  ruleOwners,
  ShardMerge,
} from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Case } from "./generate-events.ts";
import { casesOf, chainedRules, rulesByUser, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { templateRules } from "./generate-templates.ts";
import { planOf, runEngine } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 4);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 200;

/** Runs a recording through shards that take turns of some events each, and merges what they say. */
function runShards({ text, events, options }: Case, count: number, turn: number) {
  const plan = planOf(text);
  const { until, ...rest } = options;
  const shards = Array.from({ length: count }, (_, index) => createShard(plan, rest, index, count));
  const merge = new ShardMerge(count);
  const alerts: Alert[] = [];
  const fed = shards.map(() => 0);
  const counts = { passed: 0 };
  for (let step = 0; fed.some((at) => at < events.length); step++) {
    const index = (step * 7 + (step >> 2)) % count;
    const shard = shards[index]!;
    const from = fed[index]!;
    for (const { stream, event } of events.slice(from, from + turn + index)) feed(shard, stream, event, counts);
    fed[index] = Math.min(events.length, from + turn + index);
    // What is sent between threads is a copy.
    merge.add(index, structuredClone(shard.take()), shard.reached());
    alerts.push(...merge.take());
  }
  shards.forEach((shard, index) => {
    shard.engine.finish();
    if (until !== undefined) shard.engine.advanceTo(until);
    merge.add(index, shard.take(), shard.reached());
    merge.finish(index);
  });
  alerts.push(...merge.take());
  return { alerts, stats: mergeStats(shards.map(({ engine }) => engine.stats())), plan, ...counts };
}

/** Pushes an event; of one that is not the shard's own it shows the fields alone that tell so, where the others are as they should be. */
function feed(shard: EngineShard, stream: string, event: EventData, counts: { passed: number }): void {
  const { share } = shard;
  if (!share.isOwn(stream, event)) {
    const shown = Object.fromEntries(Object.entries(event).filter(([name]) => share.fields.has(name)));
    if (shard.pass(stream, canLeaveOut(event, share) ? shown : event)) {
      counts.passed++;
      return;
    }
  }
  shard.engine.push(stream, event);
}

function canLeaveOut(event: EventData, { fields, types }: EventShare): boolean {
  return Object.entries(event).every(([name, value]) => {
    if (fields.has(name) || value === null || value === undefined) return true;
    const type = types.get(name);
    return type === undefined || (typeof value).toUpperCase() === type;
  });
}

describe("shards of an engine", () => {
  it("say together what one engine says, in its order, with its ids and its counts", { timeout }, () => {
    let byKey = 0;
    let ofSeveral = 0;
    let ofOthers = 0;
    fc.assert(
      fc.property(
        casesOf(fc.oneof(windowRules, rulesByUser, sequenceRules, chainedRules, templateRules)),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (recording, count, turn) => {
          const { alerts, stats, plan, passed } = runShards(recording, count, turn);
          const whole = runEngine(plan, recording.events, recording.options);
          expect(alerts).toEqual(whole.alerts);
          // Rules with the same key count one key together, unless one of them is kept whole elsewhere.
          expect({ ...stats, keys: 0 }).toEqual({ ...whole.stats, keys: 0 });
          expect(stats.keys).toBeGreaterThanOrEqual(whole.stats.keys);
          if (passed > 0) ofOthers++;
          if (count > 1 && ruleOwners(plan, count).includes(null)) byKey++;
          if (count > 1 && new Set(alerts.map(({ key }) => JSON.stringify(key))).size > 1) ofSeveral++;
        },
      ),
      given,
    );
    // Much of this is about rules that are cut, and about alerts of several keys.
    expect(byKey).toBeGreaterThan(runs / 4);
    expect(ofSeveral).toBeGreaterThan(runs / 10);
    expect(ofOthers).toBeGreaterThan(runs / 8);
  });

  it("keep rules without a key, with a cooldown of their own and with derived streams whole", () => {
    const plan = planOf(`
      RULE by_user FROM a BY user WITHIN 1m WHEN COUNT() > 2 EMIT LOW
      RULE all FROM a WITHIN 1m WHEN COUNT() > 2 EMIT LOW
      RULE per_shop FROM a BY user WITHIN 1m WHEN COUNT() > 2 EMIT LOW COOLDOWN 1m PER shop
      RULE first FROM a BY user WITHIN 1m WHEN COUNT() > 2 EMIT LOW INTO b
      RULE second FROM b BY shop WITHIN 1m WHEN COUNT() > 2 EMIT LOW`);
    expect(ruleOwners(plan, 3)).toEqual([null, 2, 1, 0, 0]);
    expect(ruleOwners(plan, 1)).toEqual([0, 0, 0, 0, 0]);
  });

  it("hold each key once, on all shards together", () => {
    const plan = planOf("RULE r FROM a BY user WITHIN 1h WHEN COUNT() > 2 EMIT LOW");
    const shards = [0, 1, 2].map((index) => createShard(plan, {}, index, 3));
    for (let i = 0; i < 3000; i++) for (const { engine } of shards) engine.push("a", { ts: 1e12 + i, user: `u${i}` });
    const keys = shards.map(({ engine }) => engine.stats().keys);
    expect(keys.reduce((sum, count) => sum + count, 0)).toBe(3000);
    for (const count of keys) expect(count).toBeGreaterThan(800);
  });

  it("are refused where shards would differ, with the name of the stream", () => {
    const plan = planOf("STREAM a TIME ARRIVAL RULE r FROM a BY user WHEN COUNT() > 2 EMIT LOW");
    expect(() => createShard(plan, { now: () => 0 }, 0, 2)).toThrow("stream `a` has TIME ARRIVAL");
    const other = planOf("RULE r FROM a BY user WHEN COUNT() > 2 EMIT LOW");
    expect(() => createShard(other, { explain: true }, 0, 2)).toThrow("do not explain");
    expect(() => createShard(other, {}, 2, 2)).toThrow("no shard 2 of 2");
  });
});
