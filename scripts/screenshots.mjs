// Makes the pictures of docs/pictures from the built playground: `npm run build && npm run screenshots`.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root } from "./tool.mjs";

/** @typedef {import("playwright-core").Page} Page */

const images = join(root, "docs/pictures");
mkdirSync(images, { recursive: true });

const server = spawn(process.execPath, [join(root, "packages/cli/bin/weir.js"), "playground", "--port", "0"]);
/** @type {Promise<string>} */
const address = new Promise((done) =>
  server.stdout.once("data", (text) => done(/http:\S+\//.exec(String(text))?.[0] ?? "")),
);
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  await picture("playground.png", { width: 1280, height: 800 }, "light", "?sample=ssh", async (page) => {
    await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").nth(2).click();
    await page.getByTestId("match").getByText("8 events in").waitFor();
  });
  await picture("playground-compare.png", { width: 1280, height: 800 }, "dark", "?sample=fraud", async (page) => {
    await page.getByRole("tab", { name: "Noise" }).click();
    await page.getByRole("button", { name: "Compare with a copy" }).click();
    await page.getByRole("tab", { name: "B · now" }).waitFor();
    await page.locator(".monaco-editor textarea").first().focus();
    await page.keyboard.press("ControlOrMeta+f");
    await page.keyboard.insertText("hourly_payments = 20");
    await page.keyboard.press("Escape");
    await page.keyboard.insertText("hourly_payments = 13");
    await page.getByRole("tab", { name: /A → B/ }).click();
    await page.getByTestId("diff").locator(".grid-row").first().waitFor();
  });
  await picture("playground-narrow.png", { width: 390, height: 844 }, "light", "?sample=web", async (page) => {
    await page.getByRole("navigation").getByRole("button", { name: "Timeline" }).click();
  });
} finally {
  await browser.close();
  server.kill("SIGTERM");
}

/**
 * @param {string} name
 * @param {{ width: number, height: number }} viewport
 * @param {"light" | "dark"} colorScheme
 * @param {string} query
 * @param {(page: Page) => Promise<void>} prepare
 */
async function picture(name, viewport, colorScheme, query, prepare) {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  await page.goto((await address) + query);
  await page.locator(".monaco-editor").first().waitFor();
  await page.getByTestId("run-status").filter({ hasText: "alerts" }).waitFor({ state: "attached" });
  await prepare(page);
  await page.waitForTimeout(1200);
  await page.screenshot({ path: join(images, name) });
  await page.close();
}
