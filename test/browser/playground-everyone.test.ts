import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHash, type Site, startSite } from "./playground.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

/** What axe finds wrong by WCAG 2.2 AA, as `rule: place`. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe
    .run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + " " + failureSummary.replaceAll("\\n", " "))))`);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in any pane, in ${colorScheme}`, async () => {
    const page = await site.open({ colorScheme });
    await runHash(page, /3 alerts/);
    await page.locator(".monaco-editor textarea").first().waitFor();
    await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").first().click();
    await page.getByTestId("why").waitFor();
    expect(await violations(page)).toEqual([]);
    for (const tab of ["State, why not", "Graph", "Noise", "Sweep"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.waitForTimeout(500);
      expect(await violations(page), tab).toEqual([]);
    }
    for (const tab of [/^Events/, /^Tests/]) {
      await page.getByRole("tab", { name: tab }).click();
      expect(await violations(page), String(tab)).toEqual([]);
    }
    await page.keyboard.press("ControlOrMeta+s");
    await page.getByRole("dialog").waitFor();
    expect(await violations(page), "share").toEqual([]);
  });
}

test("the whole page can be used by keyboard alone", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.locator(".monaco-editor textarea").first().focus();
  // Tab stays in the editor until Ctrl+M lets it go.
  await page.keyboard.press("Control+m");
  const seen: string[] = [];
  for (let i = 0; i < 40 && !seen.includes("Filter alerts"); i++) {
    await page.keyboard.press("Tab");
    seen.push(
      await page.evaluate<string>(
        `document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim()`,
      ),
    );
  }
  for (const name of [
    "Width of the rules",
    "Match",
    "Height of the rules",
    "Play (Space)",
    "Timeline: playhead",
    "Filter alerts",
  ]) {
    expect(seen).toContain(name);
  }
  await page.getByRole("separator", { name: "Width of the rules" }).focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.getByRole("separator", { name: "Width of the rules" }).getAttribute("aria-valuenow")).toBe("54");
  await page.getByRole("grid", { name: "Alerts" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByTestId("match").getByRole("heading", { name: "password_spraying" }).waitFor();
  await page.keyboard.press("End");
  await page.getByTestId("match").getByRole("heading", { name: "break_in" }).waitFor();
  await page.keyboard.press("F9");
  await page.getByRole("button", { name: /^break_in/, pressed: true }).waitFor();
  const timeline = page.getByRole("slider", { name: "Timeline: playhead" });
  await timeline.focus();
  await page.keyboard.press("f");
  await expect.poll(() => timeline.getAttribute("aria-valuetext")).toContain("2026-03-03 09:12:27.000 UTC");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Weir playground" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("a live region tells how a run ended", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  expect(await page.getByTestId("live").textContent()).toBe("3 alerts in 169 events");
});

test("at 390 pixels every pane is there, and nothing is wider than the page", async () => {
  const page = await site.open({
    viewport: { width: 390, height: 844 },
    forcedColors: "active",
    reducedMotion: "reduce",
  });
  await runHash(page, /3 alerts/);
  for (const pane of ["Rules", "Timeline", "Results", "Inspect"]) {
    await page.getByRole("navigation").getByRole("button", { name: pane }).click();
    expect(await page.evaluate<number>("document.documentElement.scrollWidth"), pane).toBeLessThanOrEqual(390);
  }
  await page.getByRole("region", { name: "Inspect" }).waitFor();
  await page.getByRole("navigation").getByRole("button", { name: "Results" }).click();
  await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").first().waitFor();
});
