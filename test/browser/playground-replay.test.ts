import { afterAll, beforeAll, expect, test } from "vitest";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

const place = /event\s*([\d,]+)/;

test("batch, played, stepped and sought runs give one hash", async () => {
  const page = await site.open({ path: "?sample=web" });
  const hash = await runHash(page, /alerts/);
  const headHash = page.getByTestId("playhead-hash");
  const shortHash = ` · ${hash.slice(0, 12)}`;
  const at = async (): Promise<number> =>
    Number(place.exec((await page.getByTestId("playhead").textContent()) ?? "")?.[1]);

  await page.getByLabel("Speed").selectOption("null");
  await page.getByRole("button", { name: "Play (Space)" }).click();
  await headHash.waitFor();
  expect(await headHash.textContent()).toBe(shortHash);

  const timeline = page.getByRole("slider", { name: /Timeline/ });
  await timeline.focus();
  const time = page.getByLabel("Playhead time, UTC");
  await time.fill("2026-05-11 19:05:00.000");
  await time.press("Enter");
  await expect.poll(at).toBeLessThan(425);
  const middle = await at();
  await timeline.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(at).toBe(middle + 1);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(at).toBe(middle - 1);
  // From alert to alert to the end.
  for (let i = 0; i < 20 && !(await headHash.isVisible()); i++) await page.keyboard.press(".");
  await headHash.waitFor();
  expect(await headHash.textContent()).toBe(shortHash);
  expect(await at()).toBe(425);
});

test("a breakpoint on a rule pauses where it fires", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("button", { name: /^password_spraying/ }).click();
  await page.getByLabel("Speed").selectOption("null");
  await page.getByRole("button", { name: "Play (Space)" }).click();
  await page.locator(".paused").filter({ hasText: "password_spraying for ip=198.51.100.23" }).waitFor();
  expect(await page.getByLabel("Playhead time, UTC").inputValue()).toBe("2026-03-03 08:41:05.000");
  await page.getByRole("button", { name: "Play (Space)" }).click();
  await page.getByTestId("playhead-hash").waitFor();
});

test("a breakpoint pauses where a condition becomes true for a key, and says what is wrong with one that cannot", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.keyboard.press("Shift+F9");
  const dialog = page.getByRole("dialog", { name: "Breakpoints" });
  await dialog.getByText("COUNT() >= guesses", { exact: true }).waitFor();
  await dialog.getByLabel(/^Key/).fill("user=root");
  await dialog.getByLabel(/^Condition/).fill("COUNT() >= gueses");
  await dialog.getByRole("button", { name: "Set" }).click();
  await dialog.getByRole("alert").filter({ hasText: "gueses" }).waitFor();
  await dialog.getByLabel(/^Condition/).fill("COUNT() >= 5");
  await page.keyboard.press("Enter");
  await dialog.getByRole("listitem").filter({ hasText: "brute_force for user=root when COUNT() >= 5" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("Speed").selectOption("null");
  const timeline = page.getByRole("slider", { name: /Timeline/ });
  await timeline.focus();
  await page.keyboard.press("Space");
  await page
    .locator(".paused")
    .filter({ hasText: "brute_force for ip=203.0.113.7 user=root when COUNT() >= 5" })
    .waitFor();
  expect(await page.getByTestId("live").textContent()).toContain("COUNT() >= 5");
  // The fifth wrong password, before the tenth at 08:12:40 makes the rule fire.
  await expect.poll(() => page.getByLabel("Playhead time, UTC").inputValue()).toMatch(/2026-03-03 08:12:/);
  expect(await timeline.getAttribute("aria-valuetext")).toContain("0 alerts so far");
  // From a place that was jumped to it goes on with the counts of there.
  await page.getByLabel("Playhead time, UTC").fill("2026-03-03 08:40:00.000");
  await page.getByLabel("Playhead time, UTC").press("Enter");
  await timeline.focus();
  await page.keyboard.press("Space");
  await page.getByTestId("playhead-hash").waitFor();
});

test("the panels say why an alert fired, and for a rule, a key and a time why none did", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").first().click();
  await page.getByTestId("why").getByText("COUNT() was 10, needed >= 10 guesses").waitFor();
  await page.getByRole("tab", { name: "State, why not" }).click();
  const panel = page.getByTestId("why-not");
  await panel.getByText(/COUNT\(\) was 7, not >= guesses \(10\)/).waitFor();
  await panel.getByRole("button", { name: /70 %/ }).click();
  await expect.poll(() => page.getByLabel("Playhead time, UTC").inputValue()).toBe("2026-03-03 09:12:06.000");
  await panel.getByLabel(/^Key/).fill("ip=203.0.113.7 user=root");
  await panel.getByText(/it fired at 2026-03-03 08:12:40.506/).waitFor();
});

test("the graph shows streams, operators and rules with their counts up to the playhead", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await page.getByRole("tab", { name: "Graph" }).click();
  const drawing = page.getByRole("img", { name: /Operators of the rules/ });
  await expect.poll(() => drawing.getAttribute("aria-label")).toContain("auth: 169 events");
  expect(await drawing.getAttribute("aria-label")).toContain("break_in: 1 alerts");
  await page.getByRole("slider", { name: /Timeline/ }).focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => drawing.getAttribute("aria-label")).toContain("auth: 1 events");
  expect(await drawing.getAttribute("aria-label")).toContain("break_in: 0 alerts");
});

test("partial matches of a sequence are told as of the playhead: on its lane, in a list, and to who does not see the canvas", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  const lane = page.getByTestId("lanes").getByRole("row", { name: /^break_in/ });
  const playhead = page.getByRole("slider", { name: /Timeline/ });
  // At the end: those that began within its last 15 minutes.
  await expect.poll(() => lane.getByRole("cell").nth(2).textContent()).toBe("2");
  const time = page.getByLabel("Playhead time, UTC");
  await time.fill("2026-03-03 09:12:10.000");
  await time.press("Enter");
  await expect.poll(() => lane.getByRole("cell").nth(2).textContent()).toBe("7");
  expect(await playhead.getAttribute("aria-valuetext")).toMatch(/2 alerts so far, 7 partial matches open$/);
  await page.getByRole("tab", { name: "State, why not" }).click();
  await page.getByTestId("why-not").locator("select").selectOption("break_in");
  const list = page.getByTestId("partial-matches");
  await list.getByText("Partial matches 7").waitFor();
  expect(await list.getByRole("button").first().textContent()).toMatch(
    /^1\/22026-03-03 09:10:00\.000ip=192\.0\.2\.99 waits for right where outcome = "success", until 2026-03-03 09:25:00\.000$/,
  );
  // The match takes them all.
  await playhead.focus();
  await page.keyboard.press(".");
  await list.getByText("None has begun that has not ended.").waitFor();
  expect(await playhead.getAttribute("aria-valuetext")).toMatch(/3 alerts so far$/);
});

test("near misses of all rules are found without being asked, where the recording is small", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  const missesOf = (rule: RegExp) =>
    page.getByTestId("lanes").getByRole("row", { name: rule }).getByRole("cell").nth(3);
  await expect.poll(() => missesOf(/^brute_force/).textContent()).toBe("1");
  await setRules(page, "RULE brute_force FROM auth BY ip WITHIN 1h WHEN COUNT() > 1000 EMIT LOW");
  await runEnd(page, /0 alerts/);
  await expect.poll(() => missesOf(/^brute_force/).textContent()).toBe("0");
});
