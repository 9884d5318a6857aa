import type { CommitStep, PipelineSettings } from "@weir/core";
import { schemas, unregistered } from "./fake-registry.ts";
import { SeededRandom } from "./seeded-random.ts";

export const commitSteps: readonly CommitStep[] = ["evaluate", "stage", "send", "offsets", "decide", "promote", "done"];
export const acquireSteps = ["fence", "init", "committed", "recover"] as const;
export type Step = CommitStep | (typeof acquireSteps)[number];
export type Service = "kafka" | "redis" | "sink" | "registry" | "http";

/** Something that goes wrong, or that an operator does, from `at` on (ms after the start). */
export type Fault = { readonly at: number } & (
  | { readonly kind: "kill" }
  | { readonly kind: "kill at step" | "stop at step"; readonly step: Step; readonly ms: number }
  | { readonly kind: "zombie"; readonly ms: number }
  | { readonly kind: "service down"; readonly service: Service; readonly ms: number }
  | { readonly kind: "bad network"; readonly service: Service; readonly ms: number; readonly rate: number }
  | { readonly kind: "store restart"; readonly lost: number }
  | { readonly kind: "slow sink"; readonly ms: number; readonly delayMs: number }
  | { readonly kind: "endpoint fails"; readonly ms: number }
  | { readonly kind: "worker leaves"; readonly ms: number }
  | { readonly kind: "worker joins" }
  | { readonly kind: "pause"; readonly ms: number }
  | { readonly kind: "drain" }
  | { readonly kind: "trim" }
);

export interface Input {
  readonly at: number;
  readonly partition: number;
  readonly value: string | null;
}

/** Everything that a seed decides of a run before it starts. */
export interface Scenario {
  readonly seed: number;
  readonly delivery: "exactly-once" | "at-least-once";
  readonly partitions: number;
  readonly workers: number;
  readonly settings: Partial<PipelineSettings>;
  readonly inputs: readonly Input[];
  readonly faults: readonly Fault[];
  readonly lateTopic: boolean;
}

/** When input and faults end, ms after the start. */
export const calmAt = 60_000;

export function drawScenario(seed: number): Scenario {
  const random = new SeededRandom(seed);
  const poison = random.chance(0.12);
  const delivery = random.chance(0.8) ? "exactly-once" : "at-least-once";
  // At least once, a zombie may report a gap that the owner after it does not have.
  const trims = delivery === "exactly-once" && !poison && random.chance(0.1);
  const partitions = random.int(1, 3);
  const burst = random.chance(0.2);
  const faults = drawFaults(random, poison, trims);
  const mayLoseState = faults.some(({ kind }) => kind === "store restart");
  const settings: Partial<PipelineSettings> = {
    commitIntervalMs: random.pick([20, 100, 400]),
    commitEvents: random.pick([5, 50, 5000]),
    checkpointEvery: delivery === "exactly-once" && !trims && random.chance(0.25) ? random.int(2, 5) : 1,
    queueRecords: burst ? 60 : 1000,
    pollRecords: burst ? 15 : 100,
    onGap: trims ? "earliest" : "fail",
    // A store that loses nothing never makes a replay necessary.
    onStateLost: mayLoseState ? "rebuild" : "halt",
    maxBackoffMs: 5000,
    residentKeys: drawBound(seed),
    checkpointMs: drawCheckpointMs(seed),
  };
  return {
    seed,
    delivery,
    partitions,
    workers: random.int(1, 3),
    settings,
    inputs: drawInputs(random, partitions, burst, poison),
    faults,
    lateTopic: random.chance(0.7),
  };
}

/** Numbers of its own: what else a seed decides does not change with it. */
function drawBound(seed: number): number | null {
  const random = new SeededRandom(seed + 0x5eed);
  return random.chance(0.4) ? random.int(1, 3) : null;
}

function drawCheckpointMs(seed: number): number {
  return new SeededRandom(seed + 0xc4ec).pick([0, 300, 1000, 10_000]);
}

function drawInputs(random: SeededRandom, partitions: number, burst: boolean, poison: boolean): Input[] {
  const count = random.int(60, 160);
  const burstAt = random.int(5000, calmAt - 5000);
  const inputs: Input[] = [];
  for (let i = 0; i < count; i++) {
    const at = burst && i > 20 ? burstAt : random.int(0, calmAt);
    const partition = random.int(0, partitions - 1);
    inputs.push({ at, partition, value: drawValue(random, at, partition) });
  }
  if (poison) inputs.push({ at: random.int(1000, 30_000), partition: 0, value: '1#{"crash":true}' });
  return inputs.sort((a, b) => a.at - b.at);
}

/** `ts` is relative to the start here; `{start}` becomes it. */
function drawValue(random: SeededRandom, at: number, partition: number): string | null {
  const user = `u${partition}-${random.int(0, 3)}`;
  const amount = random.int(1, 1000);
  const kind = random.next();
  if (kind < 0.02) return null;
  if (kind < 0.04) return "1#{no json";
  if (kind < 0.06) return `1#${JSON.stringify({ user, amount })}`;
  if (kind < 0.08) return event(user, amount, at + 7_200_000);
  if (kind < 0.12) return event(user, amount, at - 20_000);
  if (kind < 0.13) return `${unregistered}#${JSON.stringify({ user, amount, after: at })}`;
  // Producers change over to new schemas while the rules run.
  const id = random.int(1, 1 + Math.floor((2.99 * at) / calmAt));
  return event(user, amount, at - random.int(0, 1500), id);
}

function event(user: string, amount: number, after: number, id = 1): string {
  return `${id}#${JSON.stringify({ user, [schemas.get(id)!.amount]: amount, after })}`;
}

function drawFaults(random: SeededRandom, poison: boolean, trims: boolean): Fault[] {
  const faults: Fault[] = [];
  const count = random.int(1, 7);
  for (let i = 0; i < count; i++) faults.push(drawFault(random, poison));
  // State that the store lost is made again from the log, which must still have it.
  const kept = trims ? faults.filter(({ kind }) => kind !== "store restart") : faults;
  if (trims) kept.push({ at: random.int(20_000, 50_000), kind: "trim" });
  return kept.sort((a, b) => a.at - b.at);
}

function drawFault(random: SeededRandom, poison: boolean): Fault {
  const at = random.int(2000, calmAt - 8000);
  const ms = random.int(2000, 20_000);
  const service = random.pick([
    "kafka",
    "kafka",
    "kafka",
    "redis",
    "redis",
    "redis",
    "sink",
    "registry",
    "http",
  ] as const);
  // Where a record kills its worker, other kills at the same place could not be told from it.
  const kinds = [
    ...(poison ? [] : (["kill", "kill at step", "kill at step", "kill at step", "store restart"] as const)),
    "stop at step",
    "zombie",
    "service down",
    "bad network",
    "bad network",
    "store restart",
    "slow sink",
    "endpoint fails",
    "worker leaves",
    "worker joins",
    "pause",
    "drain",
  ] as const;
  const kind = random.pick(kinds);
  switch (kind) {
    case "kill":
    case "worker joins":
    case "drain":
      return { at, kind };
    case "kill at step":
    case "stop at step":
      return {
        at,
        kind,
        step: random.pick([...commitSteps, ...commitSteps, ...acquireSteps]),
        ms: random.int(11_000, 25_000),
      };
    case "zombie":
      return { at, kind, ms: random.int(11_000, 25_000) };
    case "service down":
      return { at, kind, service, ms };
    case "bad network":
      return { at, kind, service, ms, rate: random.pick([0.05, 0.15, 0.3]) };
    case "store restart":
      return { at, kind, lost: random.pick([0, 1, 2, 3, 5, 10, 40]) };
    case "slow sink":
      return { at, kind, ms, delayMs: random.int(200, 3000) };
    case "endpoint fails":
    case "worker leaves":
    case "pause":
      return { at, kind, ms };
  }
}
