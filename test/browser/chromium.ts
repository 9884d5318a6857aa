import { type Browser, chromium } from "playwright-core";

/** Starts the Chromium that is installed (`CHROMIUM_PATH`, or Debian's); whoever asks for it closes it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    // Chromium has no sandbox for root, which is who runs tests in a container.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
