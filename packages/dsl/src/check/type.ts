import type { TypeName } from "@weir/core";

/** What is known of an expression before it runs. */
export interface Type {
  readonly name: TypeName | "NULL";
  /** The fields of an OBJECT whose shape is declared. */
  readonly fields?: FieldSet;
}

export interface FieldSet {
  /** Whose fields they are, for messages: ``stream `logins` ``. */
  readonly owner: string;
  readonly types: ReadonlyMap<string, Type>;
}

const types: Readonly<Record<TypeName | "NULL", Type>> = {
  STRING: { name: "STRING" },
  NUMBER: { name: "NUMBER" },
  BOOLEAN: { name: "BOOLEAN" },
  TIME: { name: "TIME" },
  DURATION: { name: "DURATION" },
  LIST: { name: "LIST" },
  OBJECT: { name: "OBJECT" },
  ANY: { name: "ANY" },
  NULL: { name: "NULL" },
};

export function typeNamed(name: TypeName | "NULL"): Type {
  return types[name];
}

export const anyType: Type = types.ANY;
export const booleanType: Type = types.BOOLEAN;

/** Whether there is something to check: ANY may be anything, NULL goes with everything. */
export function isKnown(type: Type): boolean {
  return type.name !== "ANY" && type.name !== "NULL";
}

/** NUMBER, STRING, TIME and DURATION have an order. */
export function isOrdered(type: Type): boolean {
  return type.name === "NUMBER" || type.name === "STRING" || type.name === "TIME" || type.name === "DURATION";
}

/** Whether a value of the type may be of that one. */
export function mayBe(type: Type, name: TypeName): boolean {
  return name === "ANY" || type.name === name || !isKnown(type);
}

/** `a NUMBER`, `an OBJECT` */
export function withArticle(name: string): string {
  return `${/^[AO]/.test(name) ? "an" : "a"} ${name}`;
}

/** The type of a value that is of one or the other. */
export function joinTypes(all: readonly Type[]): Type {
  let joined: Type | undefined;
  for (const type of all) {
    if (type.name === "NULL") continue;
    if (joined === undefined) joined = type;
    else if (joined.name !== type.name) return anyType;
    else if (joined.fields !== type.fields) joined = types[type.name];
  }
  return joined ?? (all.length === 0 ? anyType : types.NULL);
}
