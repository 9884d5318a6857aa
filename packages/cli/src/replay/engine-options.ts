import type { EventData, ParamPlan, Plan } from "@weir/core";
import { readEvents, ReadError } from "@weir/connectors/files";
import { gunzipNode, openFile } from "@weir/connectors/files/node";
import { CommandError, exitCode } from "../exit-code.ts";

/** Splits `name=value`. Throws `CommandError` where there is no `=`. */
export function splitAssignment(option: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new CommandError(exitCode.usage, `${option} takes NAME=VALUE, not \`${text}\``);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The values of `--param`, as the types of the PARAMs want them. */
export function paramsOf(plan: Plan, assignments: readonly string[]): Readonly<Record<string, unknown>> {
  const params = new Map<string, unknown>();
  for (const assignment of assignments) {
    const [name, text] = splitAssignment("--param", assignment);
    params.set(
      name,
      paramValue(
        plan.params.find((param) => param.name === name),
        name,
        text,
      ),
    );
  }
  return Object.fromEntries(params);
}

function paramValue(param: ParamPlan | undefined, name: string, text: string): unknown {
  switch (param?.type) {
    case "NUMBER": {
      const value = text.trim() === "" ? Number.NaN : Number(text.replaceAll("_", ""));
      if (!Number.isFinite(value)) throw wrongValue(name, "a number", text);
      return value;
    }
    case "BOOLEAN":
      if (!/^(?:true|false)$/i.test(text)) throw wrongValue(name, "true or false", text);
      return text.toLowerCase() === "true";
    default:
      return text;
  }
}

function wrongValue(name: string, wanted: string, text: string): CommandError {
  return new CommandError(exitCode.usage, `PARAM \`${name}\` is ${wanted}, and \`${text}\` is not`);
}

/** The rows of `--table`. Throws `CommandError` where a file cannot be read, or holds a record that is no row. */
export async function tablesOf(
  assignments: readonly string[],
): Promise<Readonly<Record<string, readonly EventData[]>>> {
  const tables = new Map<string, EventData[]>();
  for (const assignment of assignments) {
    const [name, path] = splitAssignment("--table", assignment);
    const rows = tables.get(name) ?? [];
    tables.set(name, rows);
    await readRows(path, rows);
  }
  return Object.fromEntries(tables);
}

async function readRows(path: string, rows: EventData[]): Promise<void> {
  try {
    for await (const { events, bad } of readEvents(openFile(path), { name: path, gunzip: gunzipNode })) {
      const [first] = bad;
      if (first !== undefined) throw new CommandError(exitCode.input, `${path}:${first.line}: ${first.reason}`);
      for (const row of events) rows.push(row);
    }
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    throw new CommandError(exitCode.input, `table \`${path}\`: ${error.message}`, error.hint);
  }
}
