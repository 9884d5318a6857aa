import { ImportError } from "../imported.ts";
import { fieldPath } from "../rule-text.ts";
import type { EqlExpr } from "./eql-ast.ts";
import { writeField } from "./write-expression.ts";

/** The keys of one step: those of the sequence, then its own. */
export function writeKeys(keys: readonly EqlExpr[]): readonly string[] {
  return keys.map((key) => {
    if (key.kind !== "field") throw new ImportError(key.line, "a key is a field");
    const path = writeField(key.path, key.line);
    // A key that may be missing joins the events that have none.
    return key.optional ? `COALESCE(${path}, "")` : path;
  });
}

/** Names of the keys: the last of each path; of the whole path where two are equal. */
export function keyNames(keys: readonly EqlExpr[]): readonly string[] {
  const paths = keys.map((key) => (key.kind === "field" ? key.path.map(String) : []));
  const last = paths.map((path) => path.at(-1) ?? "");
  const clash = new Set(last).size < last.length || last.some((name) => /^\d/.test(name));
  const names = clash ? paths.map((path) => path.join("_")) : last;
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name}_${i + 1}`));
}

/** `path`, or `path AS name` where the name would be another. */
export function namedKey(text: string, name: string, line: number): string {
  const own = /^[A-Za-z_`][\w.`@ -]*$/.test(text) && text.split(".").at(-1)?.replaceAll("`", "") === name;
  return own ? text : `${text} AS ${fieldPath(["_", name], line).slice(2)}`;
}
