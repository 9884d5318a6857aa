import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeLink, encodeLink, type SharedWork } from "../../packages/playground/src/share/share-link.ts";
import { runEnd, runHash, setRules, type Site, startSite } from "./playground.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.end());

const rules = 'RULE any FROM auth WHERE outcome = "failure" EMIT LOW';

async function linkOf(page: Page): Promise<string> {
  await page.keyboard.press("ControlOrMeta+s");
  const link = page.getByRole("dialog", { name: "Share a link" }).getByRole("textbox", { name: "Link" });
  await expect.poll(() => link.inputValue()).toContain("#1.");
  return link.inputValue();
}

test("a link brings the rules and the sample, shows what it holds, and runs when it is opened", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await setRules(page, rules);
  const hash = await runHash(page, /72 alerts/);
  const url = await linkOf(page);
  const other = await site.open({ path: url.slice(site.url.length) });
  const dialog = other.getByRole("dialog", { name: "A link with rules" });
  await dialog.getByText(rules).waitFor();
  expect(await other.getByTestId("run-status").textContent()).toBe("");
  await dialog.getByRole("button", { name: "Open" }).click();
  expect(await runHash(other, /72 alerts/)).toBe(hash);
  expect(other.url()).not.toContain("#");
});

test("events go into a link only when that is chosen, with pseudonyms that tell the same alerts", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  const plain = await decodeLink(new URL(await linkOf(page)).hash);
  expect(plain).toMatchObject({ work: { data: { kind: "sample", id: "ssh" } } });
  const dialog = page.getByRole("dialog", { name: "Share a link" });
  await dialog.getByText("Put the events into the link").click();
  const field = (name: string) => dialog.locator("label", { hasText: new RegExp(`^${name}`) }).locator("select");
  await field("ip").selectOption("replace");
  await field("user").selectOption("replace");
  await field("host").selectOption("leave out");
  const link = dialog.getByRole("textbox", { name: "Link" });
  const held = async (): Promise<string> => {
    const url = await link.inputValue();
    if (url === "") return "";
    const decoded = await decodeLink(new URL(url).hash);
    return decoded.ok && decoded.work.data.kind === "events" ? decoded.work.data.ndjson : "";
  };
  await expect.poll(held).toContain("ip-1");
  const text = await held();
  for (const secret of ["203.0.113.7", "deniz", "web-1"]) expect(text).not.toContain(secret);
  const other = await site.open({ path: (await link.inputValue()).slice(site.url.length) });
  await other.getByRole("button", { name: "Open", exact: true }).click();
  await runEnd(other, /3 alerts/);
});

test("a damaged link is refused with a message, and the page begins as ever", async () => {
  const work: SharedWork = {
    rules,
    before: null,
    view: null,
    alert: null,
    data: { kind: "sample", id: "ssh" },
    tables: {},
    arrival: null,
  };
  const link = await encodeLink(work);
  expect(await decodeLink(link)).toEqual({ ok: true, work });
  const bomb = await encodeLink({ ...work, rules: " ".repeat(20_000_000) });
  const bad = [
    link.slice(0, -8),
    `${link.slice(0, 20)}${link.slice(21)}`,
    "#1.!!",
    "#2.abc",
    "#1.",
    "#x",
    bomb,
    `#1.${"A".repeat(3_000_000)}`,
  ];
  for (const fragment of bad) {
    const decoded = await decodeLink(fragment);
    expect(decoded).toMatchObject({ ok: false });
  }
  for (const wrong of [
    {},
    { rules: 1 },
    { ...work, data: { kind: "sample" } },
    { ...work, view: { from: 2, to: 1 } },
    null,
  ]) {
    expect(await decodeLink(await encodeLink(wrong as SharedWork))).toMatchObject({ ok: false });
  }
  const page = await site.open({ path: link.slice(0, -8) });
  await page
    .getByRole("alert")
    .getByText(/This link cannot be opened: it is damaged/)
    .waitFor();
  await runHash(page, /3 alerts/);
});

test("the work is there again after a reload, and without a network", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  await setRules(page, rules);
  await runEnd(page, /72 alerts/);
  await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
  await expect.poll(() => page.evaluate<number>("caches.keys().then((names) => names.length)")).toBe(1);
  await page.waitForTimeout(700);
  await page.context().setOffline(true);
  await page.reload();
  await runEnd(page, /72 alerts/);
  await page.locator(".monaco-editor").first().waitFor();
  await page.getByLabel("Sample").selectOption("web");
  await runEnd(page, /\d+ alerts/);
});

test("a link to one's own file holds its fingerprint, and tells that file from another", async () => {
  const page = await site.open();
  await runHash(page, /3 alerts/);
  const open = async (target: Page, content: string): Promise<void> => {
    const chooser = target.waitForEvent("filechooser");
    await target.getByRole("button", { name: "Open…" }).click();
    await (await chooser).setFiles({ name: "login.ndjson", mimeType: "", buffer: Buffer.from(content) });
    await target.getByRole("dialog", { name: "Open events" }).getByRole("button", { name: "Use" }).click();
  };
  await open(page, '{"ts":1767225600000,"user":"secret"}\n');
  await runEnd(page, /0 alerts/);
  const url = await linkOf(page);
  const decoded = await decodeLink(new URL(url).hash);
  expect(decoded).toMatchObject({
    work: { data: { kind: "file", name: "login.ndjson", events: 1, fields: ["ts", "user"] } },
  });
  expect(JSON.stringify(decoded)).not.toContain("secret");
  const other = await site.open({ path: url.slice(site.url.length) });
  await other.getByText(/They were written for a file that the link does not hold: login.ndjson/).waitFor();
  await other.getByRole("button", { name: "Open", exact: true }).click();
  await other.getByText(/Open login.ndjson to run these rules/).waitFor();
  await open(other, '{"ts":1767225600000,"user":"secret"}\n');
  await other.getByText("This is the file that the link speaks of: login.ndjson.").waitFor();
});

test("embedded, the page shows editor, timeline and table alone", async () => {
  const page = await site.open({ path: "?embed&sample=web" });
  await runEnd(page, /\d+ alerts/).catch(() => {});
  await page.getByRole("grid", { name: "Alerts" }).locator(".grid-row").first().waitFor();
  expect(await page.getByRole("region", { name: "Inspect" }).isVisible()).toBe(false);
  expect(await page.getByRole("banner").isVisible()).toBe(false);
});
