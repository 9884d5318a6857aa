import type { AggregateExpr } from "@weir/dsl";
import { aggregateOver, type Window } from "./aggregates.ts";
import type { File } from "./names.ts";
import type { Rule } from "./rules.ts";
import type { Scope, Seen } from "./scope.ts";
import type { Value } from "./values.ts";

/** At which point in time a window is looked at. */
export interface Moment {
  /**
   * `event`: the newest event has just arrived and is the current one; `before`: just before an event at that time;
   * `now`: without a current event; `end`: an end by the clock; `session`: the close of a session.
   */
  readonly kind: "event" | "before" | "now" | "end" | "session";
  readonly at: number;
  /** Of a session: how many events came before it. */
  readonly from?: number;
}

/** Where the expressions of a rule are evaluated, `events` being those of the key up to then. */
export function scopeAt(file: File, rule: Rule, key: readonly Value[], events: readonly Seen[], moment: Moment): Scope {
  const window = ({ over, prior }: AggregateExpr): Window => {
    const overMs = over === undefined ? null : file.millis(over);
    const held = overMs === null ? eventsIn(rule, events, moment) : eventsOver(overMs, events, moment);
    const leavesOut = prior && moment.kind === "event";
    return { events: leavesOut ? held.slice(0, -1) : held, lengthMs: overMs ?? lengthOf(rule) };
  };
  return {
    names: file,
    event: events.at(-1) ?? null,
    previous: events.at(-2) ?? null,
    key,
    keyed: rule.keyed,
    held: eventsIn(rule, events, moment),
    aggregate: (expr, scope) => aggregateOver(window, expr, scope),
  };
}

/** What the window of a rule holds. */
export function eventsIn({ window }: Rule, events: readonly Seen[], { kind, at, from }: Moment): readonly Seen[] {
  switch (window.kind) {
    case "all":
      return events;
    case "last":
      return events.slice(-window.count);
    case "session":
      return events.slice(from);
    case "clock":
      return events.filter(({ ts }) => ts >= at - window.lengthMs && ts < at);
    case "within": {
      const { lengthMs, precisionMs: p } = window;
      if (p === null) return eventsOver(lengthMs, events, { kind, at });
      const start = kind === "before" ? Math.ceil((at - lengthMs) / p) * p : Math.floor((at - lengthMs) / p) * p + p;
      return events.filter(({ ts }) => ts >= start);
    }
  }
}

/** What slides holds (T − d, T]; just before an event at T it still holds what has age d. */
function eventsOver(lengthMs: number, events: readonly Seen[], { kind, at }: Moment): readonly Seen[] {
  return events.filter(({ ts }) => (kind === "before" ? ts >= at - lengthMs : ts > at - lengthMs));
}

function lengthOf({ window }: Rule): number | null {
  return window.kind === "within" || window.kind === "clock" ? window.lengthMs : null;
}

/** When an event leaves a WITHIN window. */
export function leavesAt({ window }: Rule, { ts }: Seen): number {
  if (window.kind !== "within") return Infinity;
  const { lengthMs, precisionMs: p } = window;
  return (p === null ? ts : Math.floor(ts / p) * p) + lengthMs;
}

/** The first end of a clock-evaluated window after a time. */
export function endAfter({ window }: Rule, time: number): number {
  if (window.kind !== "clock") return Infinity;
  const { everyMs, offsetMs } = window;
  return (Math.floor((time - offsetMs) / everyMs) + 1) * everyMs + offsetMs;
}
