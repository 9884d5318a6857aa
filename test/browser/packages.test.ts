import * as core from "@weir/core";
import * as dsl from "@weir/dsl";
import { expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { launchChromium } from "./chromium.ts";

test("core and dsl load in a browser and export what they export in Node", async () => {
  const script = await bundle(`
    import * as core from "@weir/core";
    import * as dsl from "@weir/dsl";
    globalThis.loaded = { core: Object.keys(core).sort(), dsl: Object.keys(dsl).sort() };
  `);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    expect(await page.evaluate("loaded")).toEqual({ core: Object.keys(core).sort(), dsl: Object.keys(dsl).sort() });
  } finally {
    await browser.close();
  }
});
