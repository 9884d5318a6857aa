import type { Row } from "../row.ts";
import type { Value } from "../value.ts";
import { fromHost } from "../values/from-host.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";

/** Writes an event. Its data and what the host pushed are one object unless declared types changed some field. */
export function writeRow(out: ByteWriter, row: Row): void {
  out.float(row.time);
  out.uint(row.seq);
  out.text(row.stream);
  out.value(row.timeField);
  out.value(fromHost(row.raw));
  const same = row.data === row.raw;
  out.boolean(same);
  if (!same) out.value(fromHost(row.data));
}

export function readRow(input: ByteReader): Row {
  const time = input.float();
  const seq = input.uint();
  const stream = input.text();
  const timeField = input.value() as string | null;
  const raw = input.value() as Readonly<Record<string, Value>>;
  const data = input.boolean() ? raw : (input.value() as Readonly<Record<string, Value>>);
  return { time, seq, stream, timeField, data, raw };
}

export function writeRowOrNull(out: ByteWriter, row: Row | null): void {
  out.boolean(row !== null);
  if (row !== null) writeRow(out, row);
}

export function readRowOrNull(input: ByteReader): Row | null {
  return input.boolean() ? readRow(input) : null;
}
