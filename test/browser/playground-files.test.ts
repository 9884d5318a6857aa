import { gzipSync } from "node:zlib";
import avro from "avsc";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderOf, runWeir } from "../cli/run-weir.ts";
import { runHash, type Site, startSite } from "./playground.ts";

const start = Date.UTC(2026, 0, 1);
let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

/** Drops a file onto the page. */
async function drop(page: Page, name: string, content: Uint8Array | string): Promise<void> {
  const base64 = JSON.stringify(Buffer.from(content).toString("base64"));
  await page.evaluate(`{
    const bytes = Uint8Array.from(atob(${base64}), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], ${JSON.stringify(name)}));
    dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }`);
}

async function openPage(): Promise<Page> {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  return page;
}

const burst = (unit: number): { user: string; at: number }[] =>
  Array.from({ length: 8 }, (_, i) => ({ user: "u1", at: ((start + i * 1000) * unit) / 1000 }));

for (const [name, unit] of [
  ["seconds", 1],
  ["milliseconds", 1000],
  ["microseconds", 1_000_000],
] as const) {
  test(`a CSV file with times in ${name} is read at the right times`, async () => {
    const page = await openPage();
    const csv = `user,at\n${burst(unit)
      .map(({ user, at }) => `${user},${at}`)
      .join("\n")}\n`;
    await drop(page, "login.csv", csv);
    const dialog = page.getByRole("dialog", { name: "Open events" });
    await dialog.getByText("2026-01-01 00:00:00.000").waitFor();
    await dialog.getByRole("button", { name: "Use" }).click();
    const hash = await runHash(page, /1 alert/);
    await page.getByText("2026-01-01 00:00:05.000").first().waitFor();
    // The rules that the page wrote read the file alike on the command line.
    await expect.poll(() => savedRules(page)).toContain("STREAM login");
    const cwd = folderOf({ "r.weir": await savedRules(page), "login.csv": csv });
    const { err } = await runWeir(["replay", "r.weir", "login.csv", "--json"], { cwd });
    expect(err).toContain(`hash of the alerts: ${hash}\n{`);
  });
}

/** The rules as the page keeps them for the next visit. */
async function savedRules(page: Page): Promise<string> {
  const work = JSON.parse(await page.evaluate<string>(`localStorage.getItem("weir.work") ?? "{}"`)) as {
    rules?: string;
  };
  return work.rules ?? "";
}

test("gzipped NDJSON with bad lines shows them in the import step, and runs without them", async () => {
  const page = await openPage();
  const lines = burst(1000).map(({ user, at }) =>
    JSON.stringify({ ts: at, user, "<img src=x onerror=alert(1)>": "<b>x</b>" }),
  );
  lines.splice(3, 0, "{broken", "[]");
  await drop(page, "login.2026.ndjson.gz", gzipSync(lines.join("\n")));
  const dialog = page.getByRole("dialog", { name: "Open events" });
  await dialog.getByText("2 of the first lines hold no event").click();
  await dialog.getByText(/line 5: a line holds one JSON object/).waitFor();
  await dialog.getByRole("button", { name: "Use" }).click();
  await runHash(page, /1 alert/);
  expect(await page.getByTestId("dataset").textContent()).toContain("8 events, 2 bad lines");
  await page.getByRole("tab", { name: /Events/ }).click();
  await page.getByText("<img src=x onerror=alert(1)>=<b>x</b>").first().waitFor();
  expect(await page.locator("img, b:text-is('x')").count()).toBe(0);
});

test("an Avro container file is read with its own types", async () => {
  const type = avro.Type.forSchema({
    type: "record",
    name: "Login",
    fields: [
      { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
      { name: "user", type: "string" },
    ],
  });
  const encoder = new avro.streams.BlockEncoder(type, { codec: "deflate" });
  for (const value of burst(1000)) encoder.write(value);
  encoder.end();
  const chunks: Buffer[] = [];
  for await (const chunk of encoder) chunks.push(chunk as Buffer);
  const page = await openPage();
  await drop(page, "login.avro", Buffer.concat(chunks));
  const dialog = page.getByRole("dialog", { name: "Open events" });
  await dialog.getByText("2026-01-01 00:00:00.000").waitFor();
  await dialog.getByRole("button", { name: "Use" }).click();
  await runHash(page, /1 alert/);
});

test("a file can be chosen by the button, and rules by their own file", async () => {
  const page = await openPage();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open…" }).click();
  const content = burst(1000).map(({ user, at }) => `${JSON.stringify({ ts: at, user })}\n`);
  await (await chooser).setFiles({ name: "login.ndjson", mimeType: "", buffer: Buffer.from(content.join("")) });
  await page.getByRole("dialog", { name: "Open events" }).getByRole("button", { name: "Use" }).click();
  await runHash(page, /1 alert/);
  await drop(page, "every.weir", "RULE every EMIT LOW");
  await runHash(page, /8 alerts/);
});

test("`weir playground` opens the files that it is given", async () => {
  const folder = folderOf({
    "every.weir": "RULE every FROM login EMIT LOW",
    "login.ndjson": burst(1000)
      .map(({ user, at }) => JSON.stringify({ ts: at, user }))
      .join("\n"),
  });
  const own = await startSite([`${folder}/every.weir`, `${folder}/login.ndjson`]);
  try {
    const page = await own.open({ path: "?local" });
    await runHash(page, /8 alerts/);
  } finally {
    await own.end();
  }
});
