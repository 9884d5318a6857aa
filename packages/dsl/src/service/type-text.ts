import type { Type } from "../check/type.ts";

/** A type as documentation shows it: `NUMBER`, `{ ip: STRING, os: STRING }`. */
export function typeText(type: Type): string {
  if (type.fields === undefined) return type.name;
  const fields = [...type.fields.types];
  const shown = fields.slice(0, MAX_SHOWN).map(([name, inner]) => `${name}: ${inner.name}`);
  return `{ ${[...shown, ...(fields.length > MAX_SHOWN ? ["…"] : [])].join(", ")} }`;
}

const MAX_SHOWN = 8;
