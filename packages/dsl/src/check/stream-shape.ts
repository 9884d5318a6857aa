import type { FieldDecl, StreamDecl, TableDecl } from "../ast.ts";
import { anyType, type FieldSet, joinTypes, type Type, typeNamed } from "./type.ts";

/** A stream as rules see it. */
export interface StreamShape {
  readonly name: string;
  /** `null`: not declared, every field is ANY. */
  readonly fields: FieldSet | null;
}

export const defaultTimeFields: readonly string[] = ["ts", "timestamp", "@timestamp", "time"];

export function shapeOfStream(decl: StreamDecl): StreamShape {
  const name = decl.name.text;
  if (decl.fields === undefined) return { name, fields: null };
  const owner = `stream \`${name}\``;
  return { name, fields: { owner, types: new Map([...fieldTypes(decl.fields, owner), ...timeFields(decl)]) } };
}

export function shapeOfTable(decl: TableDecl): Type {
  if (decl.fields === undefined) return typeNamed("OBJECT");
  const owner = `table \`${decl.name.text}\``;
  const types = new Map([[decl.key.text, anyType], ...fieldTypes(decl.fields, owner)]);
  return { name: "OBJECT", fields: { owner, types } };
}

function fieldTypes(fields: readonly FieldDecl[], owner: string): Map<string, Type> {
  return new Map(
    fields.map((field): [string, Type] => {
      if (field.fields === undefined) return [field.name.text, typeNamed(field.type)];
      const inner = `\`${field.name.text}\` of ${owner}`;
      return [field.name.text, { name: "OBJECT", fields: { owner: inner, types: fieldTypes(field.fields, inner) } }];
    }),
  );
}

/** The event-time field reads as TIME whatever its form, and is known without being listed. */
function timeFields({ time, fields = [] }: StreamDecl): readonly (readonly [string, Type])[] {
  if (time?.kind === "arrival") return [];
  if (time?.kind === "field") return [[time.field.text, typeNamed("TIME")]];
  const listed = new Map(fields.map((field) => [field.name.text, field]));
  const first = defaultTimeFields.find((name) => listed.has(name));
  if (first === undefined) return defaultTimeFields.map((name) => [name, typeNamed("TIME")]);
  // Of several the first that is not NULL gives the time, so that only a required first one is certain to.
  const certain = listed.get(first)?.optional === false && first === defaultTimeFields[0];
  return defaultTimeFields.map((name) => [name, certain && name === first ? typeNamed("TIME") : anyType]);
}

/** What a bare field is in events of those streams (`null`: of any stream), or that none of them has it. */
export function lookUpField(streams: readonly StreamShape[] | null, name: string): Type | "unknown" {
  if (streams === null || streams.length === 0) return anyType;
  const found: Type[] = [];
  for (const { fields } of streams) {
    const type = fields === null ? anyType : fields.types.get(name);
    if (type !== undefined) found.push(type);
  }
  return found.length === 0 ? "unknown" : joinTypes(found);
}

/** Whether a declared stream among them has that field. */
export function declaresField(streams: readonly StreamShape[], name: string): boolean {
  return streams.some(({ fields }) => fields?.types.has(name) === true);
}

export function fieldNames(streams: readonly StreamShape[]): readonly string[] {
  return streams.flatMap(({ fields }) => [...(fields?.types.keys() ?? [])]);
}
