import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { launchChromium } from "./chromium.ts";

test("the file readers read NDJSON, CSV and gzip in a browser", async () => {
  const script = await bundle(`
    import { readEvents } from "@weir/connectors/files";
    globalThis.read = async (name, base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const events = [];
      let error = null;
      try {
        for await (const batch of readEvents(new Blob([bytes]).stream(), { name })) events.push(...batch.events);
      } catch (problem) {
        error = problem.code;
      }
      return { events: events.length, last: events.at(-1), error };
    };
  `);
  const lines = Array.from({ length: 20_000 }, (_, i) => `{"ts":${i},"user":"ü${(i * 7919) % 9973}"}\n`).join("");
  const packed = gzipSync(lines);
  const last = { ts: 19_999, user: `ü${(19_999 * 7919) % 9973}` };
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    const read = (name: string, bytes: Uint8Array): Promise<unknown> =>
      page.evaluate(`read(${JSON.stringify(name)}, ${JSON.stringify(Buffer.from(bytes).toString("base64"))})`);
    expect(await read("a.ndjson", Buffer.from(lines))).toEqual({ events: 20_000, last, error: null });
    expect(await read("a.ndjson.gz", packed)).toEqual({ events: 20_000, last, error: null });
    expect(await read("a.csv", Buffer.from('ts,note\n1,"two\nlines"\n'))).toEqual({
      events: 1,
      last: { ts: 1, note: "two\nlines" },
      error: null,
    });
    const cut = await read("a.ndjson.gz", packed.subarray(0, packed.length >> 1));
    expect(cut).toMatchObject({ error: "truncated-gzip" });
    expect((cut as { events: number }).events).toBeGreaterThan(0);
  } finally {
    await browser.close();
  }
});
