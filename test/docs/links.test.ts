import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { pages, root } from "./markdown-blocks.ts";

test.each([...pages(), "CONTRIBUTING.md"])("the links of %s lead somewhere", (page) => {
  const text = withoutCode(readFileSync(join(root, page), "utf8"));
  const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !leads(page, target));
  expect(broken).toEqual([]);
});

function leads(page: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  if (anchor === undefined) return true;
  return !statSync(join(root, file)).isDirectory() && anchorsOf(file).has(anchor);
}

/** What headings are called in links: lower case, blanks as hyphens, without punctuation. */
function anchorsOf(file: string): ReadonlySet<string> {
  const headings = withoutCode(readFileSync(join(root, file), "utf8")).matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}
