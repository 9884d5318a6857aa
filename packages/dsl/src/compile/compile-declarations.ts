import type { FieldPlan, ParamPlan, StreamPlan, TablePlan } from "@weir/core";
import type { FieldDecl, StreamDecl } from "../ast.ts";
import type { Names } from "../check/names.ts";
import { typeOfConstant } from "../check/constant.ts";
import { compileOptionalDur } from "./compile-dur.ts";

export function compileStreams(names: Names): readonly StreamPlan[] {
  return [...names.streams.values()].map((decl) => ({
    name: decl.name.text,
    fields: decl.fields === undefined ? null : compileFields(decl.fields),
    time: compileTime(decl),
    lateness: compileOptionalDur(decl.lateness),
    ahead: compileOptionalDur(decl.ahead),
  }));
}

export function compileTables(names: Names): readonly TablePlan[] {
  return [...names.tables.values()].map(({ decl }) => ({
    name: decl.name.text,
    key: decl.key.text,
    fields: decl.fields === undefined ? null : compileFields(decl.fields),
  }));
}

export function compileParams(names: Names): readonly ParamPlan[] {
  return [...names.params].map(([name, { value }]) => ({ name, type: typeOfConstant(value), value }));
}

function compileFields(fields: readonly FieldDecl[]): readonly FieldPlan[] {
  return fields.map(({ name, type, optional, fields: inner }) => ({
    name: name.text,
    type,
    optional,
    ...(inner === undefined ? {} : { fields: compileFields(inner) }),
  }));
}

function compileTime({ time }: StreamDecl): StreamPlan["time"] {
  if (time === undefined) return null;
  if (time.kind === "arrival") return { kind: "arrival" };
  return { kind: "field", field: time.field.text, unit: time.unit ?? "MILLISECONDS" };
}
