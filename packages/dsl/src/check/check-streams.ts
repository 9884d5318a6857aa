import type { FieldDecl, StreamDecl, TableDecl } from "../ast.ts";
import type { Report } from "./report.ts";
import { withArticle } from "./type.ts";

/** Fields of a stream, and whether its event time can be read from what is declared. */
export function checkStream(decl: StreamDecl, report: Report): void {
  checkFields(decl.fields ?? [], report);
  const { time } = decl;
  if (time?.kind !== "field") return;
  const field = decl.fields?.find(({ name }) => name.text === time.field.text);
  if (field === undefined || field.type === "ANY") return;
  const { type } = field;
  if (type !== "TIME" && type !== "NUMBER" && type !== "STRING") {
    report.error(
      "bad-time-field",
      time.field.span,
      `\`${time.field.text}\` is ${withArticle(type)}, which holds no event time`,
      {
        hint: "an event time is a NUMBER, a STRING in ISO-8601, or a TIME",
      },
    );
  } else if (type === "STRING" && time.unit !== undefined) {
    report.warning("bad-time-field", time.field.span, `\`${time.field.text}\` is a STRING, which has no unit`);
  }
}

export function checkTable(decl: TableDecl, report: Report): void {
  checkFields(decl.fields ?? [], report);
  const key = decl.fields?.find(({ name }) => name.text === decl.key.text);
  if (key !== undefined && (key.type === "LIST" || key.type === "OBJECT")) {
    report.error("bad-key-type", decl.key.span, `the key of a table cannot be ${withArticle(key.type)}`);
  }
}

function checkFields(fields: readonly FieldDecl[], report: Report): void {
  const seen = new Set<string>();
  for (const { name, fields: inner } of fields) {
    if (seen.has(name.text)) report.error("duplicate-field", name.span, `\`${name.text}\` is declared already`);
    seen.add(name.text);
    if (inner !== undefined) checkFields(inner, report);
  }
}
