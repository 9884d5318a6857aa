import type { Evaluate } from "../evaluate.ts";
import type { ArithmeticOp } from "../plan.ts";
import { Duration, Time, type Value } from "../value.ts";
import { timeAt } from "../values/from-host.ts";
import { type Code, constantCode, pureCode } from "./code.ts";

/** NUMBERs, and what the language allows of TIME and DURATION; all else, and what is not finite, is NULL. */
export function arithmeticCode(sign: ArithmeticOp, left: Code, right: Code): Code {
  if (left.constant === null || right.constant === null) return constantCode(null);
  return pureCode(operation(sign, left.evaluate, right.evaluate), [left, right]);
}

export function negateCode(arg: Code): Code {
  const { evaluate } = arg;
  return pureCode(
    (context) => {
      const value = evaluate(context);
      if (typeof value === "number") return -value;
      return value instanceof Duration ? new Duration(-value.ms) : null;
    },
    [arg],
  );
}

function operation(sign: ArithmeticOp, left: Evaluate, right: Evaluate): Evaluate {
  switch (sign) {
    case "+":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? finite(a + b) : addTimes(a, b);
      };
    case "-":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? finite(a - b) : subtractTimes(a, b);
      };
    case "*":
      return (context) => {
        const a = left(context);
        const b = right(context);
        if (typeof a === "number") return typeof b === "number" ? finite(a * b) : scaled(b, a);
        return typeof b === "number" ? scaled(a, b) : null;
      };
    case "/":
      return (context) => {
        const a = left(context);
        const b = right(context);
        if (typeof b === "number") return typeof a === "number" ? finite(a / b) : divided(a, b);
        return a instanceof Duration && b instanceof Duration ? finite(a.ms / b.ms) : null;
      };
    case "%":
      return (context) => {
        const a = left(context);
        const b = right(context);
        return typeof a === "number" && typeof b === "number" ? finite(a % b) : null;
      };
  }
}

function addTimes(a: Value, b: Value): Value {
  if (a instanceof Duration) {
    if (b instanceof Duration) return duration(a.ms + b.ms);
    return b instanceof Time ? timeAt(b.ms + a.ms) : null;
  }
  return a instanceof Time && b instanceof Duration ? timeAt(a.ms + b.ms) : null;
}

function subtractTimes(a: Value, b: Value): Value {
  if (a instanceof Time) {
    if (b instanceof Time) return duration(a.ms - b.ms);
    return b instanceof Duration ? timeAt(a.ms - b.ms) : null;
  }
  return a instanceof Duration && b instanceof Duration ? duration(a.ms - b.ms) : null;
}

function scaled(value: Value, factor: number): Value {
  return value instanceof Duration ? duration(value.ms * factor) : null;
}

function divided(value: Value, divisor: number): Value {
  return value instanceof Duration ? duration(value.ms / divisor) : null;
}

function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function duration(ms: number): Duration | null {
  return Number.isFinite(ms) ? new Duration(ms) : null;
}
