import type { Dur, TestDecl } from "../ast.ts";
import { constantOf } from "./constant.ts";
import type { Names } from "./names.ts";

/** The durations that PARAMs hold in a test, in milliseconds. */
export function testParams(test: TestDecl, names: Names): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [name, { value }] of names.params) {
    if (typeof value === "object" && value !== null && "duration" in value) found.set(name, value.duration);
  }
  for (const item of test.items) {
    if (item.kind !== "test-param" || item.value.kind === "object" || item.value.kind === "list") continue;
    const value = constantOf(item.value);
    if (typeof value === "object" && value !== null && "duration" in value) found.set(item.name.text, value.duration);
  }
  return found;
}

export function testDurMs(dur: Dur, params: ReadonlyMap<string, number>): number {
  return dur.kind === "duration" ? dur.ms : (params.get(dur.name) ?? 0);
}
