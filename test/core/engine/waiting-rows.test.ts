import fc from "fast-check";
import { expect, test } from "vitest";
import type { Row } from "../../../packages/core/src/row.ts";
import { WaitingRows } from "../../../packages/core/src/engine/waiting-rows.ts";

test("rows come out in order of time and, within one instant, of arrival, whatever came between", () => {
  // A number is the time of a row that comes, `null` takes one out.
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat(30) }, fc.constant(null)), { maxLength: 400 });
  fc.assert(
    fc.property(steps, (times) => {
      const waiting = new WaitingRows();
      const expected: Row[] = [];
      for (const [seq, time] of times.entries()) {
        if (time === null) {
          const next = expected.shift();
          if (next !== undefined) expect(waiting.take()).toEqual(next);
        } else {
          const row = rowAt(time, seq);
          // Of plain events the columns of the row are kept, of others the row.
          if (seq % 3 === 0) waiting.add(row);
          else waiting.addPlain({ stream: "s", timeField: "ts" }, time, seq, row.raw);
          expected.push(row);
          expected.sort((a, b) => (a.time === b.time ? a.seq - b.seq : a.time - b.time));
        }
        expect(waiting.size).toBe(expected.length);
        expect(waiting.first).toBe(expected[0]?.time ?? Infinity);
      }
      expect([...waiting.rows()]).toEqual(expected);
    }),
  );
});

test("a ring that many rows wait in is given back", () => {
  const waiting = new WaitingRows();
  for (let i = 0; i < 10_000; i++) waiting.add(rowAt(i, i));
  for (let i = 0; i < 9999; i++) expect(waiting.take().time).toBe(i);
  waiting.add(rowAt(5, 10_000));
  expect([...waiting.rows()].map(({ time }) => time)).toEqual([5, 9999]);
});

function rowAt(time: number, seq: number): Row {
  const event = { of: seq };
  return { time, seq, stream: "s", timeField: "ts", data: event, raw: event };
}
