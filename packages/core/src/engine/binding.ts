import type { Millis, ParamPlan, Plan, PlanValue } from "../plan.ts";
import { Duration, Time, type Value } from "../value.ts";
import { fromHost } from "../values/from-host.ts";
import { parseDuration } from "../duration-text.ts";
import { parseTime } from "../time-text.ts";
import { typeOf } from "../values/type-of.ts";

/** Thrown where the host's options do not fit the plan. */
export class EngineOptionError extends Error {
  override readonly name = "EngineOptionError";
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(hint === undefined ? message : `${message} (${hint})`);
    this.hint = hint;
  }
}

/** The PARAMs of a plan with the host's overrides in their places. */
export interface Binding {
  readonly params: ReadonlyMap<string, Value>;
  readonly millis: (length: Millis) => number;
}

const maxDurationMs = 10 * 366 * 86_400_000;

export function bindParams(plan: Plan, overrides: Readonly<Record<string, unknown>>): Binding {
  const params = new Map<string, Value>();
  for (const param of plan.params) params.set(param.name, fromPlanValue(param.value));
  for (const [name, given] of Object.entries(overrides)) {
    const param = plan.params.find((p) => p.name === name);
    if (param === undefined) {
      const known = plan.params.map((p) => `\`${p.name}\``).join(", ");
      throw new EngineOptionError(
        `the rules have no PARAM \`${name}\``,
        known === "" ? "they declare none" : `they declare ${known}`,
      );
    }
    params.set(name, overrideOf(param, given));
  }
  return {
    params,
    millis: (length) => {
      if (typeof length === "number") return length;
      const value = params.get(length.param);
      if (!(value instanceof Duration)) throw new EngineOptionError(`PARAM \`${length.param}\` must be a duration`);
      if (!Number.isInteger(value.ms) || value.ms < 1 || value.ms > maxDurationMs) {
        throw new EngineOptionError(
          `PARAM \`${length.param}\` is ${value.ms} ms; a length of time is whole, from 1 ms to 10 years`,
        );
      }
      return value.ms;
    },
  };
}

/** A part of a plan as text in which PARAMs are their values: equal texts mean the same. */
export function contentText(part: unknown, binding: Binding): string {
  return JSON.stringify(part, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { op, name, param: given } = value as Readonly<Record<string, unknown>>;
    const param = op === "param" ? name : op === undefined ? given : undefined;
    if (typeof param !== "string" || !binding.params.has(param)) return value;
    const bound = binding.params.get(param)!;
    return ["param", typeof bound === "object" && bound !== null ? [bound.constructor.name, bound] : bound];
  });
}

export function fromPlanValue(value: PlanValue): Value {
  if (typeof value !== "object" || value === null) return value;
  return "time" in value ? new Time(value.time) : new Duration(value.duration);
}

function overrideOf(param: ParamPlan, given: unknown): Value {
  const value = converted(param, given);
  const type = typeOf(value);
  if (param.type !== "ANY" && type !== param.type && type !== "NULL") {
    throw new EngineOptionError(`PARAM \`${param.name}\` is a ${param.type}, and was given a ${type}`);
  }
  return value;
}

function converted(param: ParamPlan, given: unknown): Value {
  if (param.type === "DURATION") {
    if (typeof given === "number") return new Duration(given);
    if (typeof given === "string") {
      const ms = parseDuration(given);
      if (ms === null) {
        throw new EngineOptionError(
          `PARAM \`${param.name}\` is a duration, and \`${given}\` is none`,
          "write it like `90s` or `1h30m`",
        );
      }
      return new Duration(ms);
    }
  }
  if (param.type === "TIME") {
    const ms = typeof given === "number" ? given : typeof given === "string" ? parseTime(given) : null;
    if (ms !== null && Number.isFinite(ms)) return new Time(Math.floor(ms));
  }
  return fromHost(given);
}
