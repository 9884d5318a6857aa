import { defaultPolicies, type PipelineEvent, type PolicySettings } from "@weir/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fullJitter } from "../../../../packages/core/src/pipeline/policy/backoff.ts";
import { Bulkhead, BulkheadFullError } from "../../../../packages/core/src/pipeline/policy/bulkhead.ts";
import { BreakerOpenError, CircuitBreaker } from "../../../../packages/core/src/pipeline/policy/circuit-breaker.ts";
import { withFallback } from "../../../../packages/core/src/pipeline/policy/fallback.ts";
import { Policy } from "../../../../packages/core/src/pipeline/policy/policy.ts";
import { TimeoutError, withTimeout } from "../../../../packages/core/src/pipeline/policy/timeout.ts";
import { VirtualHost } from "../virtual-clock.ts";

class DownError extends Error {}
class AnswerError extends Error {}

const settings: PolicySettings = {
  retries: 3,
  firstDelayMs: 1000,
  maxDelayMs: 4000,
  timeoutMs: 30_000,
  breakerFailures: 5,
  openMs: 60_000,
  concurrency: 2,
  waiting: 2,
};

function policyOf(host: VirtualHost, given: Partial<PolicySettings> = {}, seen: PipelineEvent[] = []): Policy {
  return new Policy({
    name: "kafka",
    settings: { ...settings, ...given },
    host,
    isFailure: (error) => error instanceof DownError,
    isRetriable: (error) => error instanceof DownError,
    observer: (event) => seen.push(event),
  });
}

describe("backoff", () => {
  test("a delay is at most the exponential bound and the cap, and any whole number up to it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, first, cap, draw) => {
          const delay = fullJitter(attempt, first, cap, () => draw);
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(Math.min(cap, first * 2 ** (attempt - 1)));
        },
      ),
    );
    expect([1, 2, 3, 4].map((attempt) => fullJitter(attempt, 1000, 4000, () => 0.999_999))).toEqual([
      1000, 2000, 4000, 4000,
    ]);
    expect(fullJitter(3, 1000, 4000, () => 0)).toBe(0);
  });
});

describe("a policy", () => {
  test("retries as often as it says, after 1, 2 and 4 s at most, and then throws what the last call threw", async () => {
    const host = new VirtualHost();
    const seen: PipelineEvent[] = [];
    let calls = 0;
    const result = policyOf(host, {}, seen).run("a call", () => {
      calls++;
      return Promise.reject(new DownError(String(calls)));
    });
    const outcome = result.catch((error: unknown) => error);
    await host.pass(10_000);
    expect(await outcome).toEqual(new DownError("4"));
    expect(seen.map((event) => (event.kind === "retry" ? event.delayMs : event.kind))).toEqual([1000, 2000, 4000]);
  });

  test("makes a call once where it is told so, and never repeats an answer that is an error", async () => {
    const host = new VirtualHost();
    let calls = 0;
    const failing = (error: Error) => (): Promise<never> => {
      calls++;
      return Promise.reject(error);
    };
    await expect(policyOf(host).run("a call", failing(new DownError()), { once: true })).rejects.toThrow(DownError);
    expect(calls).toBe(1);
    await expect(policyOf(host).run("a call", failing(new AnswerError()))).rejects.toThrow(AnswerError);
    expect(calls).toBe(2);
  });

  test("is ok, degraded while calls fail, down while the breaker is open, and ok again", async () => {
    const host = new VirtualHost();
    const policy = policyOf(host, { retries: 0 });
    expect(policy.status()).toMatchObject({ health: "ok", breaker: "closed", lastError: null });
    const fail = (): Promise<unknown> =>
      policy.run("a call", () => Promise.reject(new DownError("refused"))).catch(() => null);
    await fail();
    expect(policy.status()).toMatchObject({ health: "degraded", lastError: "refused" });
    for (let i = 0; i < 4; i++) await fail();
    expect(policy.status()).toMatchObject({ health: "down", breaker: "open" });
    await expect(policy.run("a call", () => Promise.resolve(1))).rejects.toThrow(BreakerOpenError);
    await host.pass(60_000);
    expect(await policy.run("a call", () => Promise.resolve(1))).toBe(1);
    expect(policy.status()).toMatchObject({ health: "ok", breaker: "closed" });
  });

  test("gives up a call that takes too long, and hands on what it gives later", async () => {
    const host = new VirtualHost();
    let finish = (_value: string): void => {};
    const late: string[] = [];
    const result = policyOf(host, { retries: 0 }).run(
      "a call",
      () => new Promise<string>((resolve) => (finish = resolve)),
      { discard: (value) => late.push(value) },
    );
    const outcome = result.catch((error: unknown) => error);
    await host.pass(30_000);
    expect(await outcome).toEqual(new TimeoutError("a call did not answer within 30000 ms"));
    finish("connection");
    await host.pass(0);
    expect(late).toEqual(["connection"]);
  });

  test("the defaults are those that the documentation names", () => {
    expect(defaultPolicies.kafka).toMatchObject({
      retries: 3,
      firstDelayMs: 1000,
      timeoutMs: 30_000,
      breakerFailures: 5,
      openMs: 60_000,
    });
    expect(defaultPolicies.postgres).toMatchObject({
      retries: 3,
      timeoutMs: 10_000,
      breakerFailures: 5,
      openMs: 60_000,
    });
    expect(defaultPolicies.redis).toMatchObject({
      retries: 2,
      firstDelayMs: 500,
      timeoutMs: 5000,
      breakerFailures: 3,
      openMs: 30_000,
    });
    expect(defaultPolicies.webhook).toMatchObject({ retries: 8 });
  });
});

describe("a circuit breaker", () => {
  const isFailure = (error: unknown): boolean => error instanceof DownError;

  test("does what its states say, whatever comes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ok: fc.boolean(), waitMs: fc.integer({ min: 0, max: 80 }) }), { maxLength: 60 }),
        async (steps) => {
          const host = new VirtualHost();
          const breaker = new CircuitBreaker("x", { breakerFailures: 3, openMs: 100 }, host.clock);
          let inRow = 0;
          let openUntil = -1;
          for (const { ok, waitMs } of steps) {
            await host.pass(waitMs);
            const refused = host.clock.now() < openUntil;
            let called = false;
            const error = await breaker
              .run(() => {
                called = true;
                return ok ? Promise.resolve() : Promise.reject(new DownError());
              }, isFailure)
              .catch((thrown: unknown) => thrown);
            expect({ called, refused }).toEqual({ called: !refused, refused });
            if (refused) {
              expect(error).toBeInstanceOf(BreakerOpenError);
              continue;
            }
            const isTrial = openUntil !== -1;
            inRow = ok ? 0 : inRow + 1;
            openUntil = !ok && (isTrial || inRow >= 3) ? host.clock.now() + 100 : -1;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("lets one call through to try, and refuses others meanwhile", async () => {
    const host = new VirtualHost();
    const breaker = new CircuitBreaker("x", { breakerFailures: 1, openMs: 100 }, host.clock);
    await breaker.run(() => Promise.reject(new DownError()), isFailure).catch(() => null);
    await host.pass(100);
    let finish = (): void => {};
    const trial = breaker.run(() => new Promise<void>((resolve) => (finish = resolve)), isFailure);
    await expect(breaker.run(() => Promise.resolve(), isFailure)).rejects.toThrow(BreakerOpenError);
    finish();
    await trial;
    expect(breaker.state).toBe("closed");
  });
});

describe("a bulkhead", () => {
  test("never runs more than it says, runs those that wait in order, and refuses one more", async () => {
    const bulkhead = new Bulkhead("x", 2, 2);
    const running: (() => void)[] = [];
    const began: number[] = [];
    const calls = [0, 1, 2, 3].map((n) =>
      bulkhead.run(() => {
        began.push(n);
        return new Promise<void>((resolve) => running.push(resolve));
      }),
    );
    await Promise.resolve();
    expect(began).toEqual([0, 1]);
    await expect(bulkhead.run(() => Promise.resolve())).rejects.toThrow(BulkheadFullError);
    for (let i = 0; i < 4; i++) {
      running[i]?.();
      await calls[i];
      await new Promise((resolve) => setImmediate(resolve));
      expect(began.length).toBeLessThanOrEqual(Math.min(4, i + 3));
    }
    expect(began).toEqual([0, 1, 2, 3]);
    expect(await bulkhead.run(() => Promise.resolve("free"))).toBe("free");
  });
});

test("a fallback stands in for the errors that it applies to, and for no others", async () => {
  const isDown = (error: unknown): boolean => error instanceof DownError;
  expect(
    await withFallback(
      () => Promise.resolve(1),
      () => 2,
      isDown,
    ),
  ).toBe(1);
  expect(
    await withFallback(
      () => Promise.reject(new DownError()),
      () => 2,
      isDown,
    ),
  ).toBe(2);
  await expect(
    withFallback(
      () => Promise.reject(new AnswerError()),
      () => 2,
      isDown,
    ),
  ).rejects.toThrow(AnswerError);
});

test("a call in time leaves no timer behind", async () => {
  const host = new VirtualHost();
  let scheduled = 0;
  const clock = {
    now: host.clock.now,
    schedule: (delayMs: number, act: () => void): (() => void) => {
      scheduled++;
      const cancel = host.clock.schedule(delayMs, act);
      return () => {
        scheduled--;
        cancel();
      };
    },
  };
  expect(await withTimeout(clock, 100, "a call", () => Promise.resolve(1))).toBe(1);
  await expect(withTimeout(clock, 100, "a call", () => Promise.reject(new DownError()))).rejects.toThrow(DownError);
  expect(scheduled).toBe(0);
});
