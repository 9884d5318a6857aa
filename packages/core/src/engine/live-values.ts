import type { Plan, RulePlan, WindowPlan } from "../plan.ts";
import { toJson } from "../values/to-json.ts";
import { type Binding, EngineOptionError } from "./binding.ts";
import type { GroupCell } from "./group-cell.ts";
import type { Program } from "./program.ts";
import type { RuleOutput } from "./rule-output.ts";
import type { Runtime } from "./runtime.ts";

/** What a rule would say of a key at the engine's clock, whether it fires or not. */
export interface LiveValue {
  readonly rule: string;
  /** The values of BY. */
  readonly key: readonly unknown[];
  /** The fields of EMIT that follow from the window and the key. */
  readonly data: Readonly<Record<string, unknown>>;
  /** How long it may stand while the key has no event; `null` where the rule's window does not say. */
  readonly ttlMs: number | null;
}

interface LiveRule {
  readonly output: RuleOutput;
  readonly cell: GroupCell;
  readonly fields: ReadonlySet<string>;
  readonly ttlMs: number | null;
}

/** What exists at an event alone: without one there is nothing to say of it. */
const ofEvents: ReadonlySet<string> = new Set([
  "field",
  "bound",
  "prev",
  "elapsed",
  "speed",
  "event-time",
  "stream-name",
]);

/** The values that rules have now, of keys that changed. */
export class LiveValues {
  readonly #rules: readonly LiveRule[];
  readonly #runtime: Runtime;

  /** Throws `EngineOptionError` where a rule is not there, or has nothing to tell. */
  constructor(plan: Plan, program: Program, binding: Binding, runtime: Runtime, names: Iterable<string>) {
    this.#runtime = runtime;
    this.#rules = [...names].map((name) => {
      const index = plan.rules.findIndex((rule) => rule.name === name);
      const rule = plan.rules[index];
      if (rule === undefined) {
        const known = plan.rules.map((each) => `\`${each.name}\``).join(", ");
        throw new EngineOptionError(`there is no rule \`${name}\` whose values could be shown`, `there is ${known}`);
      }
      const fields = tellable(rule);
      if (rule.sequence !== null || fields.size === 0) {
        throw new EngineOptionError(
          `the rule \`${name}\` has no values of a window to show`,
          "say them in its EMIT: `EMIT LOW { n: COUNT() }`",
        );
      }
      const runner = program.runners[index]!;
      const ttlMs = rule.window === null ? null : lengthOf(rule.window, binding);
      return { output: runner.output, cell: program.cellOf.get(runner)!, fields, ttlMs };
    });
  }

  /** Of the keys that changed since `changes` was last called: to be called before it. */
  *changed(): Generator<LiveValue> {
    const { now } = this.#runtime.clock;
    for (const { output, cell, fields, ttlMs } of this.#rules) {
      for (const slot of cell.state.changedSlots()) {
        let data: Readonly<Record<string, unknown>> = {};
        cell.group.lookAt(slot, now, () => (data = output.told(fields)));
        yield { rule: output.rule, key: cell.group.keyAt(slot).map((part) => toJson(part)), data, ttlMs };
      }
    }
  }
}

/** The fields of a rule's first EMIT that need no event to be told. */
export function tellable({ branches }: RulePlan): ReadonlySet<string> {
  const data = branches[0]?.data ?? [];
  return new Set(data.filter(({ expr }) => !needsEvent(expr)).map(({ name }) => name));
}

function needsEvent(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("op" in part && typeof part.op === "string" && ofEvents.has(part.op)) return true;
  return Object.values(part).some(needsEvent);
}

function lengthOf(window: WindowPlan, { millis }: Binding): number | null {
  switch (window.kind) {
    case "within":
    case "hopping":
      return millis(window.length);
    case "tumbling":
      return millis(window.every);
    case "session":
      return millis(window.gap);
    case "last":
      return null;
  }
}
