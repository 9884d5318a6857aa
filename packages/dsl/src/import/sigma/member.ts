import { ImportError } from "../imported.ts";
import { fieldPath } from "../rule-text.ts";
import type { Correlation } from "./correlation.ts";

/** A rule that a correlation refers to, as a source of events. */
export interface Member {
  /** As the correlation calls it. */
  readonly reference: string;
  /** What an alias or a LET made of it is called. */
  readonly name: string;
  readonly stream: string;
  /** Which events of the stream; TRUE where all are. */
  readonly where: string;
  /** A derived stream, whose events hold what the rules on it need, under names without dots. */
  readonly derived: boolean;
}

/** The expression of a field in the events of a member: an alias stands for a field per rule. */
export function fieldOf(field: string, member: Member, correlation: Correlation): string {
  const aliased = correlation.aliases.get(field);
  const path = aliased === undefined ? field : aliased.get(member.reference);
  if (path === undefined) {
    throw new ImportError(correlation.line, `the alias \`${field}\` says no field for \`${member.reference}\``);
  }
  return member.derived ? derivedName(path, correlation.line) : fieldPath(path.split("."), correlation.line);
}

/** What a field is called in the events of a derived stream. */
export function derivedName(path: string, line: number): string {
  return fieldPath([path.split(".").join("_")], line);
}
