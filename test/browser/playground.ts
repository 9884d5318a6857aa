import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";

const weir = join(import.meta.dirname, "../../packages/cli/bin/weir.js");

/** The built playground, served by `weir playground`, and a browser to look at it. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  /** Opens the page, and waits until the first sample has run. */
  open(options?: BrowserContextOptions & { readonly path?: string }): Promise<Page>;
  end(): Promise<void>;
}

/** Starts both; `files` are opened by a page at `?local`. Fails where a page reports an error. */
export async function startSite(files: readonly string[] = []): Promise<Site> {
  const server = spawn(process.execPath, [weir, "playground", "--port", "0", ...files]);
  const url = await new Promise<string>((done, failed) => {
    server.stdout.once("data", (text: Buffer) => done(/http:\S+\//.exec(String(text))?.[0] ?? ""));
    server.once("exit", (code) => failed(new Error(`weir playground ended with ${code}`)));
  });
  const browser = await launchChromium();
  return {
    url,
    browser,
    open: async ({ path = "", ...options } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        throw error;
      });
      await page.goto(url + path);
      return page;
    },
    end: async () => {
      await browser.close();
      server.kill("SIGTERM");
    },
  };
}

/** Waits until a run has ended that gave so many alerts. */
export async function runEnd(page: Page, alerts: RegExp): Promise<void> {
  await page.getByTestId("run-status").filter({ hasText: alerts }).waitFor();
}

/** Waits for the end of a run, and reads what is shown where nothing is selected: the hash of its alerts. */
export async function runHash(page: Page, alerts: RegExp): Promise<string> {
  await runEnd(page, alerts);
  return (await page.getByTestId("hash").textContent()) ?? "";
}

/** Replaces the rules in the editor, once it is there. */
export async function setRules(page: Page, rules: string): Promise<void> {
  await page.locator(".monaco-editor textarea").first().focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(rules);
}
