import { expect, test, beforeAll, afterAll } from "vitest";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

const rows = [
  { user: "ann", limit: 5 },
  { user: "bob", limit: 50 },
];

test("a table of a sample has its rows; editing one changes the alerts, as weir replay --table does", async () => {
  const page = await site.open({ path: "?sample=accounts" });
  // What `weir replay --table accounts=accounts.ndjson accounts.weir auth.ndjson` prints.
  expect(await runHash(page, /12 alerts/)).toBe("84de6c82accfa984a79367de834c3f27");
  await page.getByRole("tab", { name: /^Tables/ }).click();
  const table = page.getByRole("region", { name: "Table accounts" });
  await table.getByText("9 rows").waitFor();
  const network = table.getByLabel("network of row 4");
  await network.fill("0.0.0.0/0");
  await network.press("Enter");
  await runEnd(page, /11 alerts/);
  await table.getByRole("button", { name: "Clear" }).click();
  await runEnd(page, /^1 alert/);
  await table.getByText("No rows: every look-up is NULL").waitFor();
});

for (const [name, text] of [
  ["limits.csv", "user,limit\nann,5\nbob,50\n"],
  ["limits.json", JSON.stringify(rows, null, 2)],
] as const) {
  test(`a table takes rows from ${name}, by its own button and from a file dropped on the page`, async () => {
    const page = await site.open();
    await runEnd(page, /3 alerts/);
    await page.locator(".monaco-editor textarea").first().waitFor();
    await setRules(
      page,
      'TABLE limits KEY user { user: STRING, limit: NUMBER }\nRULE over FROM auth WHERE "ann" IN limits EMIT LOW',
    );
    await runEnd(page, /^0 alerts/);
    await page.getByText("table limits has no rows").waitFor();
    await page.getByRole("button", { name: "give it rows" }).click();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open rows…" }).click();
    await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await runEnd(page, /169 alerts/);
    const table = page.getByRole("region", { name: "Table limits" });
    expect(await table.getByLabel("limit of row 2").inputValue()).toBe("50");
    await table.getByRole("button", { name: "Clear" }).click();
    await runEnd(page, /^0 alerts/);
    await page.evaluate(
      `(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
        document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
      })()`,
    );
    await page.getByRole("button", { name: "Take for table limits" }).click();
    await runEnd(page, /169 alerts/);
  });
}

test("TIME ARRIVAL takes the field that looks like a time, or a pace, and says which", async () => {
  const page = await site.open();
  const hash = (): Promise<string | null> => page.getByTestId("hash").textContent();
  const before = await runHash(page, /3 alerts/);
  await page.locator(".monaco-editor textarea").first().waitFor();
  const rule = "RULE many FROM auth WITHIN 10s WHEN COUNT() >= 4 EMIT LOW";
  await setRules(page, `STREAM auth TIME ts\n${rule}`);
  await expect.poll(hash).not.toBe(before);
  const byField = await hash();
  expect(byField).not.toMatch(/^0+$/);
  await setRules(page, `STREAM auth TIME ARRIVAL\n${rule}`);
  await page.getByText("auth: the time of arrival is that of the field ts").waitFor();
  // The same, as often as the same times are read.
  expect(await hash()).toBe(byField);
  await page.getByRole("button", { name: "choose" }).click();
  await page.getByRole("combobox", { name: "Clock" }).selectOption("pace");
  await page.getByText("one every 1s from 2026-01-01 00:00:00.000 UTC on").waitFor();
  await page.getByLabel("One event every, ms").fill("4000");
  await page.getByLabel("One event every, ms").press("Enter");
  await runEnd(page, /^0 alerts/);
  expect(await page.getByRole("slider", { name: /Timeline/ }).getAttribute("aria-valuetext")).toContain("2026-01-01");
});
