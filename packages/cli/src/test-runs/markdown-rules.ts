import { parse } from "@weir/dsl";

/** An opening or closing fence: indentation, the fence, and what follows. */
const fence = /^\s*(`{3,}|~{3,})(.*)$/;

/** The fenced blocks of a Markdown text that are marked `weir` and hold TEST blocks; what comes before each is blank lines. */
export function markdownRules(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/);
  const blocks: string[] = [];
  let opened: { readonly mark: string; readonly info: string; readonly at: number } | null = null;
  const close = (end: number): void => {
    if (opened !== null && opened.info === "weir") {
      const block = lines.slice(opened.at + 1, end).join("\n");
      if (holdsTests(block)) blocks.push("\n".repeat(opened.at + 1) + block);
    }
    opened = null;
  };
  for (const [i, line] of lines.entries()) {
    const [, mark = "", rest = ""] = fence.exec(line) ?? [];
    if (mark === "") continue;
    if (opened === null) {
      // A fence of back-ticks has none behind it: that is code in a line.
      if (mark.startsWith("~") || !rest.includes("`")) {
        opened = {
          mark,
          info: rest
            .trim()
            .split(/[\s{,]/)[0]!
            .toLowerCase(),
          at: i,
        };
      }
    } else if (mark.startsWith(opened.mark) && rest.trim() === "") close(i);
  }
  close(lines.length);
  return blocks;
}

/** Where the block cannot be read to its TEST, the word alone tells: a broken example must not pass unseen. */
function holdsTests(block: string): boolean {
  return /^\s*TEST\s+r?["']/im.test(block) || parse(block).file.declarations.some((decl) => decl.kind === "test");
}
