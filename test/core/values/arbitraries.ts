import fc from "fast-check";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const anyString = fc.oneof(
  fc.constantFrom("", "1", "T", "\0", "\0T", "\0n1;", "a", "__proto__"),
  fc.string({ unit: "binary" }),
);
const anyMs = fc.integer({ min: -5, max: 5 });

/** Few distinct values of every type that may be in a key, so that equal ones meet. */
export const keyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.boolean(),
  anyNumber,
  anyString,
  anyMs.map((ms) => new Time(ms)),
  anyMs.map((ms) => new Duration(ms)),
);

/** Any value of the language. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value; leaf: Value }>((tie) => ({
  leaf: fc.oneof(fc.constant(null), keyValue),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(anyString, tie("value")), { maxLength: 3 }).map((entries): Value => Object.fromEntries(entries)),
  ),
})).value;
