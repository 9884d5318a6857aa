import type { Severity } from "../plan.ts";

/** A constant of a TEST as JSON; a duration is its milliseconds. */
export type TestValue = null | boolean | number | string | readonly TestValue[] | TestObject;

export interface TestObject {
  readonly [name: string]: TestValue;
}

/** A TEST block as data: what to give to an engine, and what it must say. */
export interface TestPlan {
  readonly title: string;
  /** The name of its file; `null` where the text has none. */
  readonly file: string | null;
  /** Where it begins, from 1. */
  readonly line: number;
  /** The rules of its file: alerts of others do not count. */
  readonly rules: readonly string[];
  /** Overrides of PARAMs. */
  readonly params: TestObject;
  /** Rows by table. */
  readonly tables: Readonly<Record<string, readonly TestObject[]>>;
  readonly givens: readonly TestGiven[];
  /** Empty: nothing may fire. */
  readonly expects: readonly TestExpect[];
  /** The time in milliseconds that the clock is moved to at the end; `null`: it stops at the last event. */
  readonly until: number | null;
}

/** The same event of a stream, once at each time (milliseconds from 0). */
export interface TestGiven {
  readonly stream: string;
  readonly event: TestObject;
  readonly times: readonly number[];
}

export interface TestExpect {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly rule: string;
  readonly status: "firing" | "resolved";
  /** `null`: any. */
  readonly severity: Severity | null;
  readonly at: number | null;
  /** What the alert's key or data must equal, by name; `null`: not compared. */
  readonly fields: TestObject | null;
}
