import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderOf, runWeir } from "../cli/run-weir.ts";
import { runVitest } from "./run-vitest.ts";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

const rules = readFileSync(join(import.meta.dirname, "../../examples/ssh/ssh.weir"), "utf8");
let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

test("two versions are compared alert by alert: new, gone, moved", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("button", { name: "Compare with a copy" }).click();
  await page.getByRole("tab", { name: "B · now" }).waitFor();
  const changed = rules
    .replace("PARAM guesses = 10", "PARAM guesses = 7")
    .replace("PARAM sprayed_users = 8", "PARAM sprayed_users = 100")
    .replace("EMIT CRITICAL", "EMIT MEDIUM");
  await setRules(page, changed);
  await page.getByRole("tab", { name: /A → B/ }).click();
  const diff = page.getByTestId("diff");
  await diff.getByRole("button", { name: "1 new" }).waitFor();
  await diff.getByRole("button", { name: "1 gone" }).waitFor();
  await diff.getByRole("button", { name: "1 moved" }).waitFor();
  await diff.getByRole("button", { name: "1 severity changed" }).waitFor();
  await diff.getByText("0 the same").waitFor();
  await page.getByRole("button", { name: "Stop comparing" }).click();
  await page.getByRole("tab", { name: "Rules" }).waitFor();
});

test("a sweep counts alerts by value in one pass, and a press takes a value into the rules", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("tab", { name: "Sweep" }).click();
  const panel = page.getByTestId("sweep");
  await panel.getByRole("button", { name: "Sweep" }).click();
  const row = (value: string) =>
    panel.getByRole("row").filter({ has: page.getByRole("rowheader", { name: value, exact: true }) });
  await expect.poll(() => row("10").locator("td").first().textContent()).toBe("1");
  expect(await row("7").locator("td").first().textContent()).toBe("2");
  await panel.getByRole("button", { name: "Use 7", exact: true }).click();
  await runEnd(page, /4 alerts/);
});

test("an alert that is looked at stays in sight while the rules change, and is said to be gone when it is", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").nth(2).click();
  const match = page.getByTestId("match");
  await match.getByRole("heading", { name: "break_in" }).waitFor();
  await setRules(page, `${rules}\nRULE every FROM auth EMIT INFO`);
  await runEnd(page, /172 alerts/);
  await match.getByRole("heading", { name: "break_in" }).waitFor();
  await setRules(page, "RULE every FROM auth EMIT INFO");
  await page.getByText("break_in does not fire any more for ip=192.0.2.99 at 2026-03-03 09:12:27.000.").waitFor();
});

test("the noise report counts alerts, keys and bursts, and with a label precision and recall", async () => {
  const page = await site.open({ path: "?sample=fraud" });
  await runHash(page, /alerts/);
  await page.getByRole("tab", { name: "Noise" }).click();
  const row = page.getByTestId("noise").getByRole("row").filter({ hasText: "velocity_spike" });
  await row.getByText(/100 %/).first().waitFor();
  const cells = await row.locator("td").allTextContents();
  expect(cells).toHaveLength(9);
  expect(cells[7]).toBe("100 %");
  expect(cells[8]).toBe("100 %");
});

test("the smallest recording of an alert passes as a TEST under `weir test`, and as a file under Vitest", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").nth(2).click();
  await page.getByRole("button", { name: "Export smallest test" }).click();
  const card = page.getByTestId("tests").locator(".test-card").first();
  await card.getByText(/6 of \d+ events are enough; none of them can be left out/).waitFor({ timeout: 20_000 });
  expect(await card.locator(".warning").count()).toBe(0);
  const saved = async (button: string): Promise<string> => {
    const download = page.waitForEvent("download");
    await card.getByRole("button", { name: button }).click();
    return readFileSync(await (await download).path(), "utf8");
  };
  const cwd = folderOf({ "exported.weir": await saved("Save .weir") });
  const { code, out } = await runWeir(["test", "exported.weir"], { cwd });
  expect(out).toContain("✓ break_in fires for ip=192.0.2.99");
  expect(code).toBe(0);
  expect(await runVitest(await saved("Save Vitest file"))).toMatchObject({ passed: 1, failed: 0 });
});

test("small changes that change what a rule says are found and can be kept as tests", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").nth(0).click();
  await page.getByRole("button", { name: "Find counterexamples" }).click();
  const tests = page.getByTestId("tests");
  await tests
    .getByRole("heading", { name: "brute_force: event 1 lies exactly the window before the last" })
    .waitFor({ timeout: 20_000 });
  await tests.getByRole("heading", { name: "brute_force: event 1 is missing" }).waitFor();
  await tests.getByText("fires not at all instead of once").first().waitFor();
});
