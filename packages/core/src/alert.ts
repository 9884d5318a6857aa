import type { Severity } from "./plan.ts";
import type { EventData } from "./row.ts";

/** What a rule says. Its fields are in this order in JSON; see §10 of the language. */
export interface Alert<Data = Readonly<Record<string, unknown>>> {
  /** The same for the same input, different otherwise. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly status: "firing" | "resolved";
  /** Event time at which it fired, epoch milliseconds. */
  readonly at: number;
  /** The BY expressions by name; `{}` for a rule without BY. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly message: string | null;
  readonly data: Data;
  /** Only with `explain`: the events that made it fire, at most the 100 newest; of a sequence, by alias. */
  readonly events?: readonly EventData[] | Readonly<Record<string, readonly EventData[]>>;
}
