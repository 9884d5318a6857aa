import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ChunkSource } from "../../packages/cli/src/replay/workers/chunk-source.ts";
import { SharedInput } from "../../packages/cli/src/replay/workers/shared-input.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-test-"));
const chunkBytes = 1024 * 1024;

/** Two files of some chunks, and what they hold. */
const texts = [3, 11].map((chunks) => "0123456789abcde\n".repeat((chunks * chunkBytes) / 16 - 3));
const paths = texts.map((text, i) => {
  const path = join(folder, `${i}.ndjson`);
  writeFileSync(path, text);
  return path;
});

async function textOf(source: ChunkSource, rest: () => Promise<void>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of source.bytes()) {
    text += decoder.decode(bytes, { stream: true });
    await rest();
  }
  return text;
}

it("gives every worker the whole of every file, however far they are apart, and reads it once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), async (pauses) => {
      const sources: ChunkSource[][] = [];
      const input = new SharedInput(paths, pauses.length, (worker, chunk) => sources[worker]![chunk.file]!.add(chunk));
      for (const worker of pauses.keys()) {
        sources.push(paths.map((_, file) => new ChunkSource(() => void input.want(worker, file))));
      }
      const read = await Promise.all(
        pauses.map(async (pause, worker) => {
          const found: string[] = [];
          // One file after the other, as fast as the worker is.
          for (const source of sources[worker]!) {
            found.push(await textOf(source, () => new Promise((resolve) => setTimeout(resolve, pause))));
          }
          return found;
        }),
      );
      for (const found of read) expect(found.map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
      for (const found of read) expect(found.join("") === texts.join("")).toBe(true);
      expect(input.bytesRead).toBe(texts.join("").length);
      await input.close();
    }),
    { numRuns: 5 },
  );
});

it("tells all workers why a file cannot be read, behind what could be", async () => {
  const sources: ChunkSource[] = [];
  const input = new SharedInput([join(folder, "nowhere.ndjson")], 2, (worker, chunk) => sources[worker]!.add(chunk));
  for (const worker of [0, 1]) sources.push(new ChunkSource(() => void input.want(worker, 0)));
  for (const source of sources) {
    await expect(textOf(source, () => Promise.resolve())).rejects.toMatchObject({ code: "cannot-open" });
  }
  await input.close();
});
