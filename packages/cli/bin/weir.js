#!/usr/bin/env node
// Committed rather than built: npm makes no link to a file that does not exist yet.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);

if (Number.parseInt(process.versions.node, 10) < 22) {
  console.error(
    `weir needs Node.js 22.18 or newer; this is ${process.version}. In a checkout, \`npx weir\` brings its own.`,
  );
  process.exitCode = 2;
} else if (!existsSync(main)) {
  console.error("weir is not built yet: run `npm run build` first");
  process.exitCode = 2;
} else {
  const weir = await import(main.href);
  process.exitCode = await weir.main(process.argv.slice(2));
}
