import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { runHash, setRules, type Site, startSite } from "./playground.ts";

const examples = join(import.meta.dirname, "../../examples");
let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

test("the page shows a sample with its finished alerts before any script has run", async () => {
  const page = await site.open({ javaScriptEnabled: false });
  expect(await page.locator("textarea").inputValue()).toBe(readFileSync(join(examples, "ssh/ssh.weir"), "utf8"));
  expect(await page.locator(".grid-row").count()).toBe(3);
});

test("the first sample gives the alerts of `weir replay`, with the same hash", async () => {
  const page = await site.open();
  const hash = await runHash(page, /3 alerts/);
  const { err } = await runWeir([
    "replay",
    join(examples, "ssh/ssh.weir"),
    join(examples, "ssh/auth.ndjson"),
    "--json",
  ]);
  expect(err).toContain(`hash of the alerts: ${hash}\n{`);
  const rows = page.getByRole("grid", { name: "Alerts" }).locator(".grid-row");
  expect(await rows.count()).toBe(3);
  await rows.nth(2).click();
  await page.getByTestId("match").getByText("192.0.2.99 got in as deniz on db-1 after 7 failures").waitFor();
  await page.getByText(/^8 events in/).waitFor();
});

test("before the editor the page loads at most 300 kB gzipped, and works in a text area", async () => {
  const context = await site.browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  // The page never comes to rest: that is when the editor would be loaded.
  await page.addInitScript("globalThis.requestIdleCallback = () => 0");
  let bytes = 0;
  const sized: Promise<void>[] = [];
  page.on("response", (response) => {
    sized.push(
      response.body().then(
        (body) => void (bytes += gzipSync(body).length),
        () => {},
      ),
    );
  });
  await page.goto(site.url);
  await runHash(page, /3 alerts/);
  await Promise.all(sized);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(300_000);
  await page.getByRole("textbox", { name: "Rules, version A" }).fill("RULE every FROM auth EMIT LOW");
  await runHash(page, /169 alerts/);
});

test("an edit changes the results, and a mistake is named with its place", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await setRules(page, 'RULE any FROM auth WHERE outcome = "failure" EMIT LOW');
  await runHash(page, /72 alerts/);
  await setRules(page, "WITHIN 10s COUNT(user) > EMIT HIGH");
  await page.getByRole("button", { name: /1:\d+ error/ }).waitFor();
});

test("nothing that the page holds goes out: requests are for its own files, and carry no body", async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  const requests: { url: string; body: string | null; method: string }[] = [];
  page.on("request", (request) =>
    requests.push({ url: request.url(), body: request.postData(), method: request.method() }),
  );
  await page.goto(site.url);
  await runHash(page, /3 alerts/);
  await setRules(page, "RULE secret FROM auth EMIT LOW");
  await runHash(page, /169 alerts/);
  expect(requests.filter(({ method, body }) => method !== "GET" || body !== null)).toEqual([]);
  expect(requests.filter(({ url }) => !url.startsWith(site.url) || /secret|203\.0\.113/.test(url))).toEqual([]);
  await page.getByText("0 B sent").waitFor();
  const refused = page.evaluate(() => fetch("https://example.invalid/x", { method: "POST", body: "x" }));
  await expect(refused).rejects.toThrow(/Failed to fetch|violates/);
});

test("a rule that never lets go is stopped, and the page lives on", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await setRules(
    page,
    "RULE runaway FROM auth BY user WITHIN 1s EVERY 1ms WHEN COUNT() = 0 EMIT EACH LOW EXPIRE AFTER 3650d",
  );
  await page.getByText(/Stopped: a rule kept the engine busy/).waitFor({ timeout: 20_000 });
  await setRules(page, 'RULE any FROM auth WHERE outcome = "failure" EMIT LOW');
  await runHash(page, /72 alerts/);
});
