import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

async function openEditor(rules: string): Promise<Page> {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await setRules(page, rules);
  return page;
}

test("completion offers the fields of the loaded events, and their values", async () => {
  const page = await openEditor("RULE r FROM auth WHERE ");
  await page.keyboard.press("Control+Space");
  const offered = page.locator(".suggest-widget .monaco-list-row");
  for (const field of ["host", "ip", "outcome", "user"]) {
    await offered
      .filter({ hasText: new RegExp(`^${field}`) })
      .first()
      .waitFor();
  }
  await page.keyboard.press("Escape");
  await page.keyboard.insertText("outcome = ");
  await page.keyboard.press("Control+Space");
  await offered.filter({ hasText: '"failure"' }).first().waitFor();
});

test("a mistake is marked in the text, and its cure is one key away", async () => {
  const page = await openEditor('STREAM auth { user: STRING }\nRULE r FROM auth WHERE usr = "a" EMIT LOW');
  await page.locator(".squiggly-error").first().waitFor();
  await page.getByRole("button", { name: /2:\d+ error/ }).click();
  await page.keyboard.press("Control+.");
  await page
    .getByText(/Replace .*user|Change .*user|`user`/i)
    .last()
    .waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".view-lines").textContent()).toMatch(/WHERE\s+user\s+=/);
  await runEnd(page, /0 alerts/);
});

test("hover explains an aggregate, a key formats the text, and a lens counts the alerts of a rule", async () => {
  const page = await openEditor("rule any from auth within 10s when count(user)>2 emit low");
  await runEnd(page, /\d+ alerts/);
  await page
    .locator(".codelens-decoration")
    .filter({ hasText: /\d+ alerts?/ })
    .waitFor();
  await page
    .locator(".view-line span")
    .filter({ hasText: /^count$/i })
    .first()
    .hover();
  await page.locator(".monaco-hover").getByText(/COUNT/).first().waitFor();
  await page.locator(".monaco-editor textarea").first().focus();
  await page.keyboard.press("Shift+Alt+F");
  await expect.poll(() => page.locator(".view-lines").textContent()).toMatch(/RULE\s+any/);
  // What was formatted can be undone.
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => page.locator(".view-lines").textContent()).toMatch(/rule\s+any/);
});
