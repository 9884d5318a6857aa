import type { FieldDecl, LetDecl, ParamDecl, StreamDecl, TableDecl } from "../ast.ts";
import { bracesPiece } from "./braces.ts";
import { conditionPiece } from "./clause.ts";
import { type Doc, flatWidth, group, indent, line } from "./doc.ts";
import { type ExpressionContext, printDur } from "./expression.ts";
import { printAnyName, printName } from "./name.ts";
import { type Piece, piece } from "./piece.ts";
import { LINE_WIDTH } from "./width.ts";

export function streamPiece(stream: StreamDecl, context: ExpressionContext): Piece {
  const { fields, time, lateness, ahead } = stream;
  const children = fields?.map((field) => fieldPiece(field, context));
  const options = [
    ...(time === undefined ? [] : [printTime(time)]),
    ...(lateness === undefined ? [] : [`LATENESS ${printDur(lateness, context)}`]),
    ...(ahead === undefined ? [] : [`AHEAD ${printDur(ahead, context)}`]),
  ].join(" ");
  const wasOneLine = !/[\r\n]/.test(context.text.slice(stream.span.start, stream.span.end));
  return piece(stream.span, children ?? [], () => {
    const head: Doc = [`STREAM ${printName(stream.name.text)}`, fieldsDoc(children, context)];
    if (options === "") return head;
    // Behind fields of several lines the options follow their brace, else they go on a line of their own.
    if (flatWidth(head) > LINE_WIDTH) return [head, " ", options];
    return group([head, indent([line, options])], !wasOneLine);
  });
}

function printTime(time: NonNullable<StreamDecl["time"]>): string {
  if (time.kind === "arrival") return "TIME ARRIVAL";
  // A field of this name in its plain form would be the keyword.
  const isKeyword = time.field.text.toUpperCase() === "ARRIVAL";
  const field = isKeyword ? `\`${time.field.text}\`` : printAnyName(time.field.text);
  return time.unit === undefined ? `TIME ${field}` : `TIME ${field} IN ${time.unit}`;
}

function fieldsDoc(children: readonly Piece[] | undefined, context: ExpressionContext): Doc {
  return children === undefined ? "" : [" ", bracesPiece(children, context.text)];
}

function fieldPiece(field: FieldDecl, context: ExpressionContext): Piece {
  const children = field.fields?.map((inner) => fieldPiece(inner, context));
  return piece(field.span, children ?? [], () => [
    `${printAnyName(field.name.text)}${field.optional ? "?" : ""}: `,
    children === undefined ? field.type : bracesPiece(children, context.text),
  ]);
}

export function tablePiece(table: TableDecl, context: ExpressionContext): Piece {
  const children = table.fields?.map((field) => fieldPiece(field, context));
  return piece(table.span, children ?? [], () => [
    `TABLE ${printName(table.name.text)} KEY ${printAnyName(table.key.text)}`,
    fieldsDoc(children, context),
  ]);
}

export function namedPiece(declaration: ParamDecl | LetDecl, context: ExpressionContext): Piece {
  const start = `${declaration.kind === "param" ? "PARAM" : "LET"} ${printName(declaration.name.text)} = `;
  return conditionPiece(start, declaration.value, declaration.span, context);
}
