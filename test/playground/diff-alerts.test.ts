import { expect, test } from "vitest";
import { type AlertColumns, diffAlerts } from "../../packages/playground/src/engine/diff-alerts.ts";

type Row = readonly [key: string, at: number, severity: number];

function columns(rows: readonly Row[]): AlertColumns {
  const keys = [...new Set(rows.map(([key]) => key))];
  return {
    rules: ["r"],
    keys,
    rule: new Uint32Array(rows.length),
    key: Uint32Array.from(rows, ([key]) => keys.indexOf(key)),
    severity: Uint8Array.from(rows, ([, , severity]) => severity),
    at: Float64Array.from(rows, ([, at]) => at),
    index: Uint32Array.from(rows, (_, i) => i),
  };
}

function changes(before: readonly Row[], now: readonly Row[]): { readonly same: number; readonly changes: string[] } {
  const diff = diffAlerts(columns(before), columns(now), () => 10);
  return {
    same: diff.same,
    changes: diff.changes.map(
      ({ kind, key, before: was, now: is }) => `${kind} ${key} ${was?.at ?? "-"} ${is?.at ?? "-"}`,
    ),
  };
}

test("alerts of one key and time are the same, those of other keys have nothing to do with them", () => {
  expect(changes([["a", 5, 3]], [["a", 5, 3]])).toEqual({ same: 1, changes: [] });
  expect(changes([["a", 5, 3]], [["b", 5, 3]])).toEqual({ same: 0, changes: ["gone a 5 -", "new b - 5"] });
});

test("within a window an alert has moved; behind it the one is gone and the other new", () => {
  expect(changes([["a", 0, 3]], [["a", 10, 3]]).changes).toEqual(["moved a 0 10"]);
  expect(changes([["a", 0, 3]], [["a", 11, 3]]).changes).toEqual(["gone a 0 -", "new a - 11"]);
});

test("one that stays is not taken for one that moved", () => {
  const before: Row[] = [
    ["a", 0, 3],
    ["a", 5, 3],
  ];
  expect(changes(before, [["a", 5, 3]])).toEqual({ same: 1, changes: ["gone a 0 -"] });
  expect(changes([["a", 5, 3]], before)).toEqual({ same: 1, changes: ["new a - 0"] });
});

test("another severity at the same time is a change of its own", () => {
  expect(changes([["a", 5, 3]], [["a", 5, 4]]).changes).toEqual(["severity a 5 5"]);
});

test("the counts tell of all changes, and every alert is in just one of them", () => {
  const before: Row[] = Array.from({ length: 50 }, (_, i) => [`k${i % 7}`, i * 3, i % 5]);
  const now: Row[] = Array.from({ length: 40 }, (_, i) => [`k${i % 7}`, i * 4, i % 5]);
  const diff = diffAlerts(columns(before), columns(now), () => 10);
  const { counts, same } = diff;
  expect(same + counts.moved + counts.severity + counts.gone).toBe(before.length);
  expect(same + counts.moved + counts.severity + counts.new).toBe(now.length);
});
