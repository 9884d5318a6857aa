import type { RegisteredSchema } from "./schema-registry.ts";

/** A field of a stream, in the words of the rule language. */
export interface DeclaredField {
  readonly name: string;
  readonly type: "STRING" | "NUMBER" | "BOOLEAN" | "TIME" | "LIST" | "OBJECT" | "ANY";
  readonly optional: boolean;
  /** Of an OBJECT whose shape is known. */
  readonly fields?: readonly DeclaredField[];
}

type Schema = string | readonly unknown[] | Readonly<Record<string, unknown>>;

/** How deep records within records are declared; what is below is an OBJECT. */
const maxDepth = 8;

/** The fields that events of an Avro schema have. Throws where it is no record. */
export function declaredFields({ schema, references }: RegisteredSchema): readonly DeclaredField[] {
  const names = new Map<string, Schema>();
  for (const reference of references) collectNames(JSON.parse(reference) as Schema, "", names);
  const root = JSON.parse(schema) as Schema;
  collectNames(root, "", names);
  const fields = fieldsOf(root, names, 0);
  if (fields === null) throw new Error("the schema is no record");
  return fields;
}

function fieldsOf(schema: Schema, names: ReadonlyMap<string, Schema>, depth: number): readonly DeclaredField[] | null {
  if (typeof schema !== "object" || depth > maxDepth) return null;
  if (!("fields" in schema) || !Array.isArray(schema.fields)) return null;
  return (schema.fields as readonly { readonly name: string; readonly type: Schema }[]).map(({ name, type }) =>
    declare(name, type, names, depth),
  );
}

function declare(name: string, schema: Schema, names: ReadonlyMap<string, Schema>, depth: number): DeclaredField {
  if (Array.isArray(schema)) {
    const branches = (schema as readonly Schema[]).filter((branch) => branch !== "null");
    const optional = branches.length < schema.length;
    const all = branches.map((branch) => declare(name, branch, names, depth));
    const [first] = all;
    const same = first !== undefined && all.every(({ type }) => type === first.type);
    if (!same) return { name, type: "ANY", optional };
    return all.length === 1 ? { ...first, optional } : { name, type: first.type, optional };
  }
  const type = typeOf(schema, names);
  const resolved = typeof schema === "string" ? (names.get(schema) ?? schema) : schema;
  const fields = type === "OBJECT" ? fieldsOf(resolved, names, depth + 1) : null;
  return { name, type, optional: false, ...(fields === null ? {} : { fields }) };
}

function typeOf(schema: Schema, names: ReadonlyMap<string, Schema>): DeclaredField["type"] {
  const named = typeof schema === "string" ? names.get(schema) : undefined;
  if (named !== undefined) return typeOf(named, names);
  const logical = typeof schema === "object" && "logicalType" in schema ? schema["logicalType"] : undefined;
  if (typeof logical === "string" && /^(local-)?timestamp-(millis|micros|nanos)$/.test(logical)) return "TIME";
  if (logical === "decimal") return "NUMBER";
  const type = typeof schema === "object" && "type" in schema ? schema["type"] : schema;
  switch (type) {
    case "string":
    case "enum":
    case "bytes":
    case "fixed":
      return "STRING";
    case "int":
    case "long":
    case "float":
    case "double":
      return "NUMBER";
    case "boolean":
      return "BOOLEAN";
    case "array":
      return "LIST";
    case "record":
    case "map":
      return "OBJECT";
    default:
      return typeof type === "object" && type !== null ? typeOf(type as Schema, names) : "ANY";
  }
}

function collectNames(schema: Schema, namespace: string, names: Map<string, Schema>): void {
  if (typeof schema === "string") return;
  if (Array.isArray(schema)) {
    for (const branch of schema as readonly Schema[]) collectNames(branch, namespace, names);
    return;
  }
  const record = schema as Readonly<Record<string, unknown>>;
  const space = typeof record["namespace"] === "string" ? record["namespace"] : namespace;
  if (typeof record["name"] === "string") {
    names.set(record["name"], schema);
    names.set(`${space}.${record["name"]}`, schema);
  }
  for (const part of ["type", "items", "values"]) {
    const inner = record[part];
    if (typeof inner === "object" && inner !== null) collectNames(inner as Schema, space, names);
  }
  if (Array.isArray(record["fields"])) {
    for (const field of record["fields"] as readonly Schema[]) {
      if (typeof field === "object" && "type" in field) collectNames(field["type"] as Schema, space, names);
    }
  }
}
