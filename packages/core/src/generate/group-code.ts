import type { Group } from "../engine/group.ts";
import type { PlanExpr } from "../plan.ts";
import type { Row } from "../row.ts";
import { isKeyValue } from "../values/compare.ts";
import { pushTime } from "./bounded-code.ts";
import { type CodeScope, ExpressionCode } from "./expression-code.ts";
import { writeHistory } from "./history-code.ts";
import { type HoldsBefore, writeLook } from "./look-code.ts";
import { RecordCode } from "./record-code.ts";
import { literal, type Source } from "./source.ts";
import { writeWindows } from "./window-code.ts";

/** The code of a group. */
export interface GroupGlue {
  /** The slot of an event; −1 where the group does not match it. */
  readonly match: ((row: Row) => number) | null;
  /** Whether `match` reads the context, which has to hold the event then. */
  readonly matchesInContext: boolean;
  /** As `Group.add`: looks of open episodes, then takes an event into the windows and the history of its key. */
  readonly add: (slot: number, row: Row) => void;
}

export interface GroupCodeOptions {
  readonly source: Source;
  readonly scope: CodeScope;
  readonly where: PlanExpr | null;
  /** `null` where keys depend on the stream. */
  readonly key: readonly PlanExpr[] | null;
  /** Writes what is to be known of an event before it is added. */
  readonly beforeAdding: (source: Source, record: RecordCode, steps: string[]) => void;
  readonly holdsBefore: HoldsBefore;
}

/** Writes `match` and `add` of a group; the lines end in `return`ing both. */
export function writeGroup(group: Group, options: GroupCodeOptions): void {
  const { source, scope, where, key } = options;
  const code = new ExpressionCode(scope);
  if (key !== null) writeMatch(group, source, scope, code, where, key);
  // A sequence finds the event that it tests there.
  const matchesInContext = group.tells || source.has(scope.context);
  writeAdd(group, options, code);
  source.line(`return { match: ${key === null ? "null" : "match"}, matchesInContext: ${matchesInContext}, add };`);
}

function writeMatch(
  group: Group,
  source: Source,
  scope: CodeScope,
  code: ExpressionCode,
  where: PlanExpr | null,
  key: readonly PlanExpr[],
): void {
  source.line("function match(row) {");
  source.line("const d = row.data;");
  const g = source.ref(group);
  if (group.spec.field !== null) source.line(`if (!${g}.enters(d)) return -1;`);
  if (where !== null) source.line(`if (!(${code.isTrue(where)})) return -1;`);
  key.forEach((expr, i) => {
    source.line(`const k${i} = ${code.value(expr)};`);
    const type = expr.op === "field" ? scope.fieldType(expr.name) : "ANY";
    const plain = type === "STRING" || type === "NUMBER" || type === "BOOLEAN";
    const missing = plain ? `k${i} === null` : `!${source.ref(isKeyValue)}(k${i})`;
    source.line(`if (${missing}) { ${g}.missKey(); return -1; }`);
  });
  if (group.tells) source.line(`if (!${g}.isConcerned()) return -1;`);
  const kind = group.tells ? "concernedSlot" : "slot";
  if (key.length === 1) source.line(`return ${g}.${kind}OfOne(k0);`);
  else source.line(`return ${g}.${kind}Of([${key.map((_, i) => `k${i}`).join(", ")}]);`);
  source.line("}");
}

function writeAdd(group: Group, options: GroupCodeOptions, code: ExpressionCode): void {
  const { source, scope } = options;
  const g = source.ref(group);
  const record = new RecordCode(group.records, source);
  const steps: string[] = [];
  options.beforeAdding(source, record, steps);
  if (group.times !== null) steps.push("const t32 = t | 0;", ...pushTime(group.times, record, source));
  writeHistory(group.history, source, code, record, steps);
  writeWindows(group, { source, scope, code, record, steps });

  const newest = record.float(group.newestTime);
  source.line("function add(slot, row) {");
  source.line("const d = row.data, t = row.time;");
  source.line(record.open());
  source.line(`let newest = ${newest};`);
  if (group.staleMs !== Infinity) {
    source.line(`if (t - newest >= ${literal(group.staleMs)}) { ${g}.beginAnew(slot); newest = -Infinity; }`);
  }
  writeLook(group, source, record, options.holdsBefore);
  if (source.has(scope.context) || group.runners.some((runner) => runner.episodes === undefined)) {
    source.line(`${g}.setCurrent(slot, row);`);
  }
  for (const step of steps) source.line(step);
  source.line(`${newest} = t;`);
  source.line(`${g}.added(slot, row);`);
  source.line("}");
}
