import { type Diagnostic, lineStarts, positionAt, renderDiagnostic } from "@weir/dsl";
import { expect, it } from "vitest";

function diagnostic(text: string, start: number, end: number, hint?: string): Diagnostic {
  return {
    level: "error",
    code: "unexpected-token",
    message: "stream `transactions` has no field `amout`",
    span: { start, end },
    ...positionAt(lineStarts(text), start),
    ...(hint === undefined ? {} : { hint }),
  };
}

function rendered(text: string, start: number, end: number, hint?: string): string {
  return renderDiagnostic(diagnostic(text, start, end, hint), text, "fraud.weir", { color: false });
}

it("a diagnostic shows its level, code, place and line, with carets and the hint under the text", () => {
  const text = "RULE r\n  FROM transactions\n  WHERE amout > 100\n";
  const start = text.indexOf("amout");
  expect(
    rendered(text, start, start + 5, "did you mean `amount`?"),
  ).toBe(`error[unexpected-token]: stream \`transactions\` has no field \`amout\`
  fraud.weir:3:9
  3 |   WHERE amout > 100
    |         ^^^^^ did you mean \`amount\`?`);
});

it("an empty span, at the end too, has one caret", () => {
  expect(rendered("FROM a", 6, 6).split("\n").at(-1)).toBe("    |       ^");
  expect(rendered("", 0, 0).split("\n").slice(2)).toEqual(["  1 |", "    | ^"]);
});

it("a span over several lines has carets to the end of the first", () => {
  expect(rendered("FROM a\r\nEMIT", 5, 12).split("\n").slice(2)).toEqual(["  1 | FROM a", "    |      ^"]);
});

it("tabs stay tabs, so that carets stand under their text", () => {
  expect(rendered("\t\tx", 2, 3).split("\n").at(-1)).toBe("    | \t\t^");
});

it("a long line is cut around the place", () => {
  const text = `${"a".repeat(500)} here ${"b".repeat(500)}`;
  const lines = rendered(text, 501, 505).split("\n");
  const [line = "", carets = ""] = lines.slice(2);
  expect(line.length).toBeLessThan(140);
  expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("here");
});

it("control characters of the text do not reach the terminal", () => {
  const shown = rendered("\u001b[31mx\u202e", 0, 1);
  expect(shown).not.toContain("\u001b");
  expect(shown).not.toContain("\u202e");
});

it("colors are codes around the same text", () => {
  const text = "FROM a";
  const colored = renderDiagnostic(diagnostic(text, 5, 6, "a hint"), text, "f", { color: true });
  expect(colored).toContain("\u001b[31m^\u001b[0m");
  expect(
    colored
      .split("\u001b")
      .map((part) => part.replace(/^\[[0-9;]*m/, ""))
      .join(""),
  ).toBe(renderDiagnostic(diagnostic(text, 5, 6, "a hint"), text, "f", { color: false }));
});
