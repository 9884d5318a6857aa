import type avro from "avsc";
import type { ByteCursor } from "../files/avro/byte-cursor.ts";
import { type Member, recordType } from "../files/avro/record-type.ts";
import type { ValueType } from "../files/avro/value-type.ts";
import { defaultOf } from "./default-value.ts";
import { hasNameOf, resolvedType, UnresolvedError } from "./resolved-type.ts";
import { skippedType } from "./skip-type.ts";

const all = (): boolean => true;

/** Resolves records of one schema into those of another, each pair of types once. */
export class RecordResolver {
  readonly #known = new Map<avro.types.RecordType, Map<avro.types.RecordType, ValueType>>();
  readonly #skipped = new Map<avro.Type, ValueType>();

  /** With `isWanted` records hold these fields of the reader alone; records inside of them are whole. Throws `UnresolvedError`. */
  resolve(
    reader: avro.types.RecordType,
    writer: avro.types.RecordType,
    isWanted: (field: string) => boolean = all,
  ): ValueType {
    const known = this.#known.get(reader)?.get(writer);
    if (known !== undefined && isWanted === all) return known;
    const members: Member[] = [];
    const ofReader = this.#known.get(reader) ?? new Map<avro.types.RecordType, ValueType>();
    this.#known.set(reader, ofReader);
    const whole = known ?? recordType(members, all);
    // Known before its fields are looked at: a field may hold the record itself.
    ofReader.set(writer, whole);
    try {
      members.push(...this.#membersOf(reader, writer));
    } catch (error) {
      ofReader.delete(writer);
      throw error;
    }
    return isWanted === all ? whole : recordType(members, isWanted);
  }

  /** In the writer's order; what the writer knows nothing of comes last, and is nothing in the bytes. */
  #membersOf(reader: avro.types.RecordType, writer: avro.types.RecordType): readonly Member[] {
    if (!hasNameOf(reader, writer)) {
      throw new UnresolvedError(`\`${writer.name}\` is neither the name nor an alias of \`${reader.name}\``);
    }
    const readersOf = new Map<string, avro.types.Field[]>();
    const defaults: Member[] = [];
    for (const field of reader.fields) {
      const source = sourceOf(field, reader, writer);
      if (source === null) defaults.push({ name: field.name, type: constantType(defaultOf(field)) });
      else readersOf.set(source, [...(readersOf.get(source) ?? []), field]);
    }
    const read = writer.fields.flatMap(({ name, type }): readonly Member[] => {
      const fields = readersOf.get(name);
      if (fields === undefined) return [{ name: null, type: skippedType(type, this.#skipped) }];
      return fields.map((field, i) => {
        const resolved = resolvedType(field.type, type, this);
        return { name: field.name, type: i < fields.length - 1 ? lookAhead(resolved) : resolved };
      });
    });
    return [...read, ...defaults];
  }
}

/** The writer's field that a field is read from; `null` where it has its default. */
function sourceOf(
  field: avro.types.Field,
  reader: avro.types.RecordType,
  writer: avro.types.RecordType,
): string | null {
  const names = new Set([field.name, ...field.aliases]);
  const [source, another] = writer.fields.filter(({ name }) => names.has(name));
  const where = `field \`${field.name}\` of \`${reader.name ?? "the record"}\``;
  if (another !== undefined) {
    throw new UnresolvedError(`${where} could be read from \`${source?.name}\` or from \`${another.name}\``);
  }
  if (source === undefined && field.defaultValue() === undefined) {
    throw new UnresolvedError(`${where} has no default, and the writer has no such field`);
  }
  return source?.name ?? null;
}

function constantType(value: unknown): ValueType {
  return { read: () => value, skip: () => {} };
}

/** A value that is read, and then once more as something else. */
function lookAhead({ read }: ValueType): ValueType {
  return { read: (cursor: ByteCursor) => read(cursor.from(cursor.at)), skip: () => {} };
}
