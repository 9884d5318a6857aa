import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "@weir/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventFile } from "../../packages/cli/src/replay/event-file.ts";
import { feed } from "../../packages/cli/src/replay/feed.ts";

const plan: Plan = { version: 1, streams: [], tables: [], params: [], rules: [] };
const folder = mkdtempSync(join(tmpdir(), "weir-test-"));

/** What `feed` gives of files with these lines: `file:line` of each event, and of bad records with a `!`. */
async function fed(files: readonly (readonly string[])[]): Promise<string[]> {
  const seen: string[] = [];
  const open = files.map((lines, i) => {
    const path = join(folder, `${i}.ndjson`);
    writeFileSync(path, lines.join("\n"));
    return new EventFile(path, i, null, { fields: null });
  });
  await feed(open, plan, {
    event: (file, { line }) => seen.push(`${file.partition}:${line}`),
    badRecord: (file, { line }) => seen.push(`${file.partition}:${line}!`),
    end: (_, error) => expect(error).toBeNull(),
    pause: () => Promise.resolve(true),
  });
  return seen;
}

test("files whose events are in order are merged in order of time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat({ max: 50 }), { maxLength: 20 }), { minLength: 2, maxLength: 4 }),
      async (given) => {
        const times = given.map((file) => file.toSorted((a, b) => a - b));
        const seen = await fed(times.map((file) => file.map((ts) => JSON.stringify({ ts }))));
        const order = seen.map((place) => {
          const [file, line] = place.split(":").map(Number);
          return times[file!]![line! - 1]!;
        });
        expect(order).toHaveLength(times.flat().length);
        // An event goes out before its file is known to be ahead: one step at most is out of order per file.
        const behind = order.filter(
          (time, i) => order.slice(0, i).filter((before) => before > time).length > times.length,
        );
        expect(behind).toEqual([]);
      },
    ),
    { numRuns: 50 },
  );
});

test("within a file everything comes in the order of its lines, whatever the times are", async () => {
  const line = fc.oneof(
    fc
      .record({ ts: fc.oneof(fc.nat({ max: 50 }), fc.constantFrom("2026-01-01T00:00:00Z", null)) })
      .map((event) => JSON.stringify(event)),
    fc.constant("bad"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line, { maxLength: 15 }), { minLength: 1, maxLength: 3 }), async (files) => {
      const seen = await fed(files);
      files.forEach((lines, i) => {
        const own = seen.filter((place) => place.startsWith(`${i}:`));
        expect(own).toEqual(lines.map((text, n) => `${i}:${n + 1}${text === "bad" ? "!" : ""}`));
      });
    }),
    { numRuns: 50 },
  );
});
