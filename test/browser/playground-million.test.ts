import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addToAlertHash, createEngine, emptyAlertHash, type EventData } from "@weir/core";
import { compile } from "@weir/dsl";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type MainThreadTasks, recordTasks } from "./main-thread.ts";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const events = 1_000_000;
const rule = "WITHIN 10s COUNT(user) > 5 EMIT HIGH";
const folder = mkdtempSync(join(tmpdir(), "weir-million-"));
const file = join(folder, "login.ndjson");
let site: Site;
beforeAll(async () => {
  await writeMillion();
  site = await startSite();
});
afterAll(async () => {
  await site.end();
  rmSync(folder, { recursive: true });
});

/** An event of a million: every 500 begin with 8 of one user. */
function event(i: number): EventData {
  const user = i % 500 < 8 ? `burst${Math.floor(i / 500) % 200}` : `u${(i * 7919) % 20_000}`;
  const outcome = (i * 31) % 5 === 0 ? "failure" : "success";
  return {
    ts: Date.UTC(2026, 0, 1) + i * 50,
    user,
    ip: `10.0.${i % 256}.${(i * 13) % 256}`,
    outcome,
    ms: (i * 17) % 1000,
  };
}

async function writeMillion(): Promise<void> {
  const out = createWriteStream(file);
  for (let i = 0; i < events; i += 5000) {
    const lines = Array.from({ length: 5000 }, (_, j) => `${JSON.stringify(event(i + j))}\n`);
    if (!out.write(lines.join(""))) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

function hashInNode(): { readonly alerts: number; readonly hash: string } {
  const compiled = compile(rule);
  if (!compiled.ok) throw new Error("the rule does not compile");
  const engine = createEngine(compiled.plan);
  let hash = emptyAlertHash;
  let alerts = 0;
  for (let i = 0; i < events; i++) {
    for (const alert of engine.push("login", event(i))) {
      hash = addToAlertHash(hash, alert);
      alerts++;
    }
  }
  return { alerts, hash };
}

/** No task of the page may compute for longer: until it is over nothing is drawn, and no key is heard. */
const longestTaskMs = 50;

function expectFree({ cpuMs, wallMs }: MainThreadTasks): void {
  expect(cpuMs.length).toBeGreaterThan(20);
  expect(cpuMs[0], `took at most ${wallMs[0]} ms, with what else the machine did`).toBeLessThan(longestTaskMs);
}

function toText({ cpuMs, wallMs }: MainThreadTasks): string {
  const few = (values: readonly number[]): string =>
    values
      .slice(0, 3)
      .map((ms) => ms.toFixed(1))
      .join(", ");
  return `${few(cpuMs)} ms computed; ${few(wallMs)} ms taken`;
}

/** How much of the lane of the first rule is painted. */
function paintedShare(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector(".surface canvas");
    const label = document.querySelector(".lane-label.breakpoint");
    const top = Math.round(parseFloat(label.style.top)) + 3;
    const { data } = canvas.getContext("2d").getImageData(0, top, canvas.width, 18);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
    return painted / (data.length / 4);
  })()`);
}

test("what measures the tasks of the page sees one that is too long", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  const tasks = await recordTasks(site.browser);
  await page.evaluate(`setTimeout(() => {
    const end = performance.now() + 400;
    while (performance.now() < end);
  }, 0)`);
  await page.waitForTimeout(1500);
  expect((await tasks()).cpuMs[0]).toBeGreaterThan(longestTaskMs);
  await page.close();
});

test("a million events open, run and run again while the page stays free, with the alerts of the engine in Node", async (context) => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.locator(".monaco-editor textarea").first().waitFor({ state: "attached" });
  // Of what happens from here on nothing may hold the page up: neither reading, nor the first run, nor the next.
  await page.waitForTimeout(1000);
  const firstTasks = await recordTasks(site.browser);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open…" }).click();
  await (await chooser).setFiles(file);
  await page.getByRole("dialog", { name: "Open events" }).getByRole("button", { name: "Use" }).click();
  const expected = hashInNode();
  expect(expected.alerts).toBe(2000);
  await page.getByTestId("dataset").filter({ hasText: "1,000,000 events" }).waitFor({ timeout: 90_000 });
  expect(await runHash(page, /2,000 alerts/)).toBe(expected.hash);
  const first = await firstTasks();
  await context.annotate(`longest tasks of the first run: ${toText(first)}`);
  expectFree(first);
  const nextTasks = await recordTasks(site.browser);
  await page.locator(".monaco-editor textarea").first().focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText("-- again");
  await runEnd(page, /2,000 alerts/);
  const lane = page.getByTestId("lanes").getByRole("row").nth(1);
  expect(await lane.getByRole("cell").first().textContent()).toBe("2,000");
  // More than can be told apart: their numbers are drawn, and those of their windows.
  expect(await paintedShare(page)).toBeGreaterThan(0.5);
  const next = await nextTasks();
  await context.annotate(`longest tasks of the next run: ${toText(next)}`);
  expectFree(next);

  await page.getByRole("tab", { name: /^Events/ }).click();
  const grid = page.getByRole("grid", { name: "Events" });
  await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("1000001");
  await grid.focus();
  await page.keyboard.press("End");
  await grid.getByText("1,000,000", { exact: true }).waitFor();
  await page.getByLabel("Filter events").fill("user:burst7 outcome:failure");
  await expect.poll(() => grid.getAttribute("aria-rowcount")).not.toBe("1000001");
  expect(await grid.locator(".grid-row").first().textContent()).toContain("user=burst7");
});

test("two hundred thousand alerts are counted, hashed, sorted and scrolled", async (context) => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await setRules(page, 'RULE failure FROM login WHERE outcome = "failure" EMIT LOW { user }');
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open…" }).click();
  await (await chooser).setFiles(file);
  const dialog = page.getByRole("dialog", { name: "Open events" });
  await dialog.getByLabel("Begin with a new rule for this file").uncheck();
  await dialog.getByRole("button", { name: "Use" }).click();
  await page
    .getByTestId("run-status")
    .filter({ hasText: /200,000 alerts/ })
    .waitFor({ timeout: 120_000 });
  const grid = page.getByRole("grid", { name: "Alerts" });
  await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("200001");
  const tasks = await recordTasks(site.browser);
  await grid.hover();
  for (let i = 0; i < 60; i++) {
    await page.mouse.wheel(0, i < 30 ? 300 : 60_000);
    await page.waitForTimeout(16);
  }
  await grid.focus();
  await page.keyboard.press("End");
  await grid.locator('[aria-rowindex="200001"]').waitFor();
  const scrolling = await tasks();
  await context.annotate(`longest tasks while scrolling: ${toText(scrolling)}`);
  expectFree(scrolling);
  await grid.getByRole("button", { name: "Time (UTC)" }).click();
  await grid.getByRole("button", { name: "Time (UTC)" }).click();
  await page.keyboard.press("Home");
  await grid.focus();
  await page.keyboard.press("Home");
  await expect.poll(() => grid.locator('[aria-rowindex="2"]').textContent()).toContain("2026-01-01 13:53:");
});
