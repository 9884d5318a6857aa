import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

const events = Array.from({ length: 12 }, (_, i) => JSON.stringify({ ts: 1_772_524_800_000 + i * 1000, user: "ann" }));

async function openFile(page: Page): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open…" }).click();
  await (await chooser).setFiles({
    name: "clicks.ndjson",
    mimeType: "text/plain",
    buffer: Buffer.from(events.join("\n")),
  });
  await page.getByRole("button", { name: "Use", exact: true }).click();
}

const rules = "RULE burst BY user WITHIN 5s WHEN COUNT() >= 3 EMIT EACH LOW";

test("a file is kept only where that is asked for, is there at the next visit, and is gone once forgotten", async () => {
  const page = await site.open();
  await runEnd(page, /3 alerts/);
  await openFile(page);
  await page.getByTestId("dataset").getByText("clicks.ndjson").waitFor();
  await page.waitForTimeout(800);
  await page.reload();
  await page.getByText("Open clicks.ndjson again to run them").waitFor();
  await openFile(page);
  await page.getByRole("button", { name: "Keep" }).click();
  await page.getByRole("button", { name: "Forget data" }).waitFor();
  const hash = await runHash(page, /1 alert/);
  await page.waitForTimeout(800);
  await page.reload();
  await runEnd(page, /1 alert/);
  await page.getByTestId("dataset").getByText("12 events").waitFor();
  expect(await page.getByTestId("hash").textContent()).toBe(hash);
  await page.getByRole("button", { name: "History…" }).click();
  await page.getByRole("region", { name: "Data kept in this browser" }).getByText("clicks.ndjson").waitFor();
  await page.getByRole("button", { name: "Forget data" }).last().click();
  await page.getByText("“Keep” beside the name").waitFor();
  const left = await page.evaluate<number>(`(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("weir-data");
    let files = 0;
    for await (const _ of folder.keys()) files++;
    return files;
  })()`);
  expect(left).toBe(0);
  await page.reload();
  await page.getByText("Open clicks.ndjson again to run them").waitFor();
});

test("past runs are listed with what they came to, compared with, and reopened", async () => {
  const page = await site.open();
  const first = await runHash(page, /3 alerts/);
  await page.locator(".monaco-editor textarea").first().waitFor();
  // A run is noted once its rules were left alone.
  await page.waitForTimeout(2600);
  await setRules(page, rules);
  await page.getByRole("button", { name: /^burst/ }).waitFor();
  await runEnd(page, /alerts/);
  await page.waitForTimeout(2600);
  await page.getByRole("button", { name: "History…" }).click();
  const runs = page.getByRole("region", { name: "Past runs" }).getByRole("listitem");
  await runs.nth(1).waitFor();
  expect(await runs.count()).toBe(2);
  await runs.nth(1).getByText(first.slice(0, 12)).waitFor();
  expect(await runs.nth(1).textContent()).toContain("brute_force 1");
  expect(await runs.nth(1).textContent()).toMatch(/ssh\.ndjson, 169 events, .*SHA-256 [0-9a-f]{12}/);
  await runs
    .nth(1)
    .getByRole("button", { name: /^Compare/ })
    .click();
  await page.getByRole("tab", { name: "A · before" }).waitFor();
  await page.getByRole("tab", { name: /A → B/ }).click();
  await page.getByRole("button", { name: "3 gone" }).waitFor();
  await page.getByRole("button", { name: "Stop comparing" }).click();
  await page.getByRole("button", { name: "History…" }).click();
  await runs
    .nth(1)
    .getByRole("button", { name: /^Reopen/ })
    .click();
  expect(await runHash(page, /^3 alerts/)).toBe(first);
  await page.waitForTimeout(800);
  await page.reload();
  await runEnd(page, /3 alerts/);
  await page.getByRole("button", { name: "History…" }).click();
  await runs.nth(1).waitFor();
  await page.getByRole("button", { name: "Forget runs" }).click();
  await page.getByText("None yet").waitFor();
});

test("both versions, rows and breakpoints are there at the next visit; a frame in a page leaves them alone", async () => {
  const page = await site.open({ path: "?sample=accounts" });
  await runEnd(page, /12 alerts/);
  await page.getByRole("tab", { name: /^Tables/ }).click();
  await page.getByRole("button", { name: "Remove row 9" }).click();
  await page.getByText("8 rows").waitFor();
  await page.getByRole("button", { name: "Compare with a copy" }).click();
  await page.locator(".monaco-editor textarea").first().waitFor();
  await setRules(page, rules);
  await page.getByRole("button", { name: /^burst/ }).click();
  await page.waitForTimeout(1000);
  await page.goto(site.url);
  await page.getByRole("tab", { name: "B · now" }).waitFor();
  await page.getByRole("button", { name: /^burst/, pressed: true }).waitFor();
  await page.getByRole("tab", { name: "A · before" }).click();
  await page.getByRole("tab", { name: /^Tables/ }).click();
  await page.getByText("8 rows").waitFor();
  const before = await page.evaluate<string>(`localStorage.getItem("weir.work")`);
  await page.goto(`${site.url}?embed&sample=web`);
  await runEnd(page, /alerts/);
  await page.waitForTimeout(1000);
  expect(await page.evaluate<string>(`localStorage.getItem("weir.work")`)).toBe(before);
});
