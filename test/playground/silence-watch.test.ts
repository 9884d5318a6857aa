import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { longSilenceMs, silenceMs } from "../../packages/playground/src/protocol/calls.ts";
import { SilenceWatch } from "../../packages/playground/src/state/silence-watch.ts";

let asked = 0;
let lost = 0;
let watch: SilenceWatch;
beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  lost = 0;
  watch = new SilenceWatch(
    () => asked++,
    () => lost++,
  );
  watch.begin();
});
afterEach(() => {
  watch.end();
  vi.useRealTimers();
});

test("a worker that is silent for two seconds, though it is asked for a word, is lost", () => {
  watch.heard();
  vi.advanceTimersByTime(silenceMs);
  expect([asked, lost]).toEqual([8, 0]);
  vi.advanceTimersByTime(250);
  expect(lost).toBe(1);
});

test("a worker that says something within two seconds, again and again, is not", () => {
  for (let i = 0; i < 100; i++) {
    watch.heard();
    vi.advanceTimersByTime(silenceMs - 1);
  }
  expect(lost).toBe(0);
});

test("a worker whose program is still being fetched is waited for", () => {
  vi.advanceTimersByTime(60_000);
  expect(lost).toBe(0);
});

test("a worker that says that it will be silent is given that long, and then two seconds again", () => {
  watch.heard();
  watch.allow(longSilenceMs);
  vi.advanceTimersByTime(longSilenceMs);
  expect(lost).toBe(0);
  watch.heard();
  watch.allow(silenceMs);
  vi.advanceTimersByTime(silenceMs + 250);
  expect(lost).toBe(1);
});

test("nothing is counted when it has ended, and anew when it begins again", () => {
  watch.heard();
  vi.advanceTimersByTime(silenceMs);
  watch.end();
  vi.advanceTimersByTime(60_000);
  watch.begin();
  vi.advanceTimersByTime(silenceMs);
  expect(lost).toBe(0);
});
