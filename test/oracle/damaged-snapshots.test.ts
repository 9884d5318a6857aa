import { createEngine, restoreEngine, SnapshotError } from "@weir/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { casesOf, chainedRules, rulesByUser, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { planOf } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 10);
const timeout = 60_000 + runs * 200;

/** What befalls bytes: places are taken modulo their number. */
const damages = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("set"), at: fc.nat(), byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff) }),
    fc.record({ kind: fc.constant("set"), at: fc.nat(), byte: fc.nat({ max: 255 }) }),
    fc.record({ kind: fc.constant("cut"), at: fc.nat(), byte: fc.constant(0) }),
    fc.record({ kind: fc.constant("drop"), at: fc.nat(), byte: fc.constant(0) }),
    fc.record({ kind: fc.constant("insert"), at: fc.nat(), byte: fc.constantFrom(0, 0xff) }),
  ),
  { minLength: 1, maxLength: 4 },
);

it("bytes that were damaged are restored or refused with a `SnapshotError`, nothing else", { timeout }, () => {
  const anyRules = fc.oneof(windowRules, rulesByUser, sequenceRules, chainedRules);
  let refused = 0;
  fc.assert(
    fc.property(
      casesOf(anyRules),
      fc.array(damages, { minLength: 8, maxLength: 8 }),
      ({ text, events, options }, all) => {
        const plan = planOf(text);
        const { until: _, ...given } = options;
        const engine = createEngine(plan, given);
        for (const { stream, event } of events) engine.push(stream, event);
        const whole = engine.snapshot();
        for (const some of all) {
          try {
            restoreEngine(plan, damaged(whole, some), given);
          } catch (error) {
            refused++;
            expect(error, String(error)).toBeInstanceOf(SnapshotError);
          }
        }
      },
    ),
    { numRuns: runs },
  );
  expect(refused).toBeGreaterThan(runs);
});

it("a snapshot of another version is refused in words", () => {
  const plan = planOf("STREAM s { id: STRING } TIME ts RULE r FROM s BY id WITHIN 1m WHEN COUNT() > 2 EMIT LOW");
  const bytes = createEngine(plan).snapshot().slice();
  const at = Buffer.from(bytes).indexOf("weir-snapshot-") + "weir-snapshot-".length;
  bytes[at] = "3".charCodeAt(0);
  expect(() => restoreEngine(plan, bytes)).toThrow(new SnapshotError("these bytes are no snapshot of this version"));
});

function damaged(whole: Uint8Array, damage: readonly { kind: string; at: number; byte: number }[]): Uint8Array {
  let bytes = [...whole];
  for (const { kind, at, byte } of damage) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    if (kind === "set" && bytes.length > 0) bytes[place] = byte;
    else if (kind === "cut") bytes = bytes.slice(0, place);
    else if (kind === "drop") bytes.splice(place, 1);
    else bytes.splice(place, 0, byte);
  }
  return Uint8Array.from(bytes);
}
