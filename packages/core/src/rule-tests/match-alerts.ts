import type { Alert } from "../alert.ts";
import type { TestExpect, TestValue } from "./test-plan.ts";

/** What of an alert can differ from an expectation; a field by its name. */
export type ExpectField = "status" | "severity" | "at" | { readonly field: string };

export interface Pairs {
  readonly met: readonly { readonly expect: TestExpect; readonly alert: Alert }[];
  readonly missing: readonly TestExpect[];
  readonly unexpected: readonly Alert[];
}

/**
 * Gives as many expectations as can be an alert of their own.
 *
 * Source  H. W. Kuhn, "The Hungarian Method for the Assignment Problem", 1955: augmenting paths.
 */
export function pairUp(expects: readonly TestExpect[], alerts: readonly Alert[]): Pairs {
  const pairing = new Pairing(expects, alerts);
  for (let expect = 0; expect < expects.length; expect++) pairing.augment(expect);
  return {
    met: expects.flatMap((expect, i) => {
      const alert = pairing.alertOf.get(i);
      return alert === undefined ? [] : [{ expect, alert: alerts[alert]! }];
    }),
    missing: expects.filter((_, i) => !pairing.alertOf.has(i)),
    unexpected: alerts.filter((_, i) => !pairing.takenBy.has(i)),
  };
}

class Pairing {
  /** Positions: of the alert that an expectation has, and of the expectation that has an alert. */
  readonly alertOf = new Map<number, number>();
  readonly takenBy = new Map<number, number>();
  readonly #expects: readonly TestExpect[];
  readonly #alerts: readonly Alert[];
  readonly #ofRule = new Map<string, number[]>();

  constructor(expects: readonly TestExpect[], alerts: readonly Alert[]) {
    this.#expects = expects;
    this.#alerts = alerts;
    for (const [i, { rule }] of alerts.entries()) {
      const known = this.#ofRule.get(rule);
      if (known === undefined) this.#ofRule.set(rule, [i]);
      else known.push(i);
    }
  }

  /** Looks, breadth first, for an alert that is free, or that the expectation which has it can change for another. */
  augment(start: number): void {
    const reachedFrom = new Map<number, number>();
    const queue = [start];
    for (const expect of queue) {
      for (const alert of this.#ofRule.get(this.#expects[expect]!.rule) ?? []) {
        if (reachedFrom.has(alert) || differences(this.#expects[expect]!, this.#alerts[alert]!).length > 0) continue;
        reachedFrom.set(alert, expect);
        const owner = this.takenBy.get(alert);
        if (owner === undefined) {
          this.#passOn(alert, reachedFrom);
          return;
        }
        queue.push(owner);
      }
    }
  }

  /** Each expectation on the way takes the alert that it reached, and leaves its former one to the one before it. */
  #passOn(free: number, reachedFrom: ReadonlyMap<number, number>): void {
    let alert: number | undefined = free;
    while (alert !== undefined) {
      const expect: number = reachedFrom.get(alert)!;
      const former = this.alertOf.get(expect);
      this.takenBy.set(alert, expect);
      this.alertOf.set(expect, alert);
      alert = former;
    }
  }
}

/** In what an alert of the expected rule is not as expected. */
export function differences(expect: TestExpect, alert: Alert): readonly ExpectField[] {
  const differs: ExpectField[] = [];
  if (alert.status !== expect.status) differs.push("status");
  if (expect.severity !== null && alert.severity !== expect.severity) differs.push("severity");
  if (expect.at !== null && alert.at !== expect.at) differs.push("at");
  for (const [field, value] of Object.entries(expect.fields ?? {})) {
    if (!isAsExpected(value, alertField(alert, field))) differs.push({ field });
  }
  return differs;
}

/** A field of the alert's data, else of its key. */
export function alertField(alert: Alert, name: string): unknown {
  if (Object.hasOwn(alert.data, name)) return alert.data[name];
  return Object.hasOwn(alert.key, name) ? alert.key[name] : undefined;
}

/** As exact as results are: see §7 of the language. */
const relativeError = 1e-9;

function isAsExpected(expected: TestValue, found: unknown): boolean {
  if (typeof expected === "number" && typeof found === "number") {
    return Math.abs(expected - found) <= relativeError * Math.max(Math.abs(expected), Math.abs(found));
  }
  if (typeof expected !== "object" || expected === null || typeof found !== "object" || found === null) {
    return expected === found;
  }
  if (isList(expected)) {
    return (
      Array.isArray(found) && expected.length === found.length && expected.every((e, i) => isAsExpected(e, found[i]))
    );
  }
  if (Array.isArray(found)) return false;
  const fields = new Map<string, unknown>(Object.entries(found));
  const names = Object.keys(expected);
  return names.length === fields.size && names.every((n) => fields.has(n) && isAsExpected(expected[n]!, fields.get(n)));
}

/** `Array.isArray` does not tell a readonly list from an object. */
function isList(value: object): value is readonly TestValue[] {
  return Array.isArray(value);
}
