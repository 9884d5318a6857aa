import { setOwn } from "../set-own.ts";
import type { ByteCursor } from "./byte-cursor.ts";
import type { ValueReader, ValueType } from "./value-type.ts";

export interface Member {
  /** `null` where no record shows it. */
  readonly name: string | null;
  readonly type: ValueType;
}

/** More fields than this are read by a loop. */
const mostFields = 200;
/** Records that a loop reads before code is made for them: most types of a schema are seldom met. */
const patience = 64;

/**
 * How records are read: by a loop over the members first, then by code of their own, which makes objects of one shape.
 *
 * Members may be added until the first record is read. Those that are not wanted are passed over.
 */
export function recordType(members: readonly Member[], isWanted: (name: string) => boolean): ValueType {
  let read: ValueReader = (cursor) => {
    if (++seen > patience) read = compiled(members, isWanted) ?? looped;
    return looped(cursor);
  };
  let seen = 0;
  const looped = (cursor: ByteCursor): Record<string, unknown> => {
    const record: Record<string, unknown> = {};
    for (const { name, type } of members) {
      if (name !== null && isWanted(name)) setOwn(record, name, type.read(cursor));
      else type.skip(cursor);
    }
    return record;
  };
  return {
    read: (cursor) => read(cursor),
    skip: (cursor) => {
      for (const { type } of members) type.skip(cursor);
    },
  };
}

/** `null` where this place lets no code be made, or the members are not fit for it. */
function compiled(members: readonly Member[], isWanted: (name: string) => boolean): ValueReader | null {
  // In a literal that name would set the prototype; of equal names the last one counts, which a literal may not say.
  const named = members.filter(({ name }) => name !== null);
  const names = new Set(named.map(({ name }) => name));
  if (members.length > mostFields || names.has("__proto__") || names.size < named.length) return null;
  const lines = members.map(({ name, type }, i) =>
    name !== null && isWanted(name)
      ? `const v${i} = ${type.code ?? `types[${i}].read(cursor)`};`
      : `types[${i}].skip(cursor);`,
  );
  const wanted = members.flatMap(({ name }, i) =>
    name !== null && isWanted(name) ? [`${JSON.stringify(name)}: v${i}`] : [],
  );
  try {
    // The text holds numbers, names in JSON quotes and our own words, nothing else of the schema.
    // oxlint-disable-next-line typescript/no-implied-eval -- objects of one shape are made several times as fast
    const make = new Function(
      "types",
      `return function (cursor) {\n${lines.join("\n")}\nreturn { ${wanted.join(", ")} };\n};`,
    ) as (types: readonly ValueType[]) => ValueReader;
    return make(members.map(({ type }) => type));
  } catch {
    return null;
  }
}
