import { addToAlertHash, createEngine, emptyAlertHash } from "@weir/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import { EventTimes } from "../../packages/playground/src/engine/event-times.ts";
import { Player } from "../../packages/playground/src/engine/player.ts";
import { Reporter } from "../../packages/playground/src/engine/reporter.ts";
import { Run } from "../../packages/playground/src/engine/run.ts";
import { planOf } from "../oracle/run-engine.ts";

const plan = planOf("RULE r BY user WITHIN 10s WHEN COUNT() >= 3 EMIT HIGH AND RESOLVE");
const count = 40_000;
const store = new EventStore();
for (let i = 0; i < count; i++) store.add({ ts: i * 500, user: `u${(i * 7) % 50}` }, i + 1, "s");
const times = new EventTimes();
const run = new Run(store, plan, times);
run.advance(() => false);

function player(): Player {
  const made = new Player(new Reporter(() => {}));
  made.use(store, run, (index) => times.times[index]!);
  return made;
}

/** What an engine that was never stopped has said by then. */
function hashAt(position: number): string {
  const engine = createEngine(plan);
  let hash = emptyAlertHash;
  for (let i = 0; i < position; i++) {
    for (const alert of engine.push("s", store.event(i))) hash = addToAlertHash(hash, alert);
  }
  if (position === count) for (const alert of engine.finish()) hash = addToAlertHash(hash, alert);
  return hash;
}

test("wherever a playhead is sent, and sent elsewhere before it is there, it ends where it was sent last, with the state of there", async () => {
  const move = fc.oneof(
    fc.record({ kind: fc.constant("seek" as const), position: fc.integer({ min: 0, max: count }) }),
    fc.record({ kind: fc.constant("step" as const), back: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(move, fc.boolean()), { minLength: 1, maxLength: 6 }), async (moves) => {
      const playing = player();
      let expected = 0;
      const answers: Promise<unknown>[] = [];
      for (const [next, isAwaited] of moves) {
        const answer = next.kind === "seek" ? playing.seek(next.position) : playing.step("event", next.back);
        expected = next.kind === "seek" ? next.position : expected + (next.back ? -1 : 1);
        expected = Math.max(0, Math.min(count, expected));
        if (isAwaited) await answer;
        answers.push(answer);
      }
      await Promise.all(answers);
      expect(playing.pause()).toMatchObject({ position: expected, hash: hashAt(expected) });
    }),
    { numRuns: 25 },
  );
});

test("playing on from a place that is not reached yet begins there", async () => {
  const playing = player();
  const sought = playing.seek(count - 10);
  await playing.play({ speed: null, isLooping: false });
  await sought;
  expect(playing.pause()!.position).toBeGreaterThanOrEqual(count - 10);
});

test("what is asked for while it is on its way to where it is to play from wins", async () => {
  const playing = player();
  void playing.seek(count - 10);
  const played = playing.play({ speed: null, isLooping: false });
  const place = await playing.seek(5);
  await played;
  await new Promise((done) => setTimeout(done, 60));
  expect(place.position).toBe(5);
  expect(playing.pause()!.position).toBe(5);
});
