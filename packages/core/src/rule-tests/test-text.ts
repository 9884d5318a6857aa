import type { Alert } from "../alert.ts";
import { durationText } from "../explain/expression-text.ts";
import type { TestEvent } from "./test-events.ts";
import type { TestExpect, TestValue } from "./test-plan.ts";

/** An expectation as a TEST block writes it. */
export function expectText(expect: TestExpect): string {
  const status = expect.status === "resolved" ? " RESOLVED" : "";
  const severity = expect.severity === null ? "" : ` ${expect.severity}`;
  const at = expect.at === null ? "" : ` AT ${testTimeText(expect.at)}`;
  return `${expect.rule}${severity}${status}${at}${fieldsText(expect.fields)}`;
}

/** An event as a TEST block gives it, but for its time. */
export function givenText({ stream, given }: TestEvent): string {
  const fields = fieldsText(given);
  return `${stream}${fields === "" ? " {}" : fields}`;
}

/** An alert as a TEST block would expect it, with all that it says. */
export function alertText(alert: Alert): string {
  const { rule, severity, status, at, key, data } = alert;
  const fields = { ...key, ...data };
  return `${rule} ${severity}${status === "resolved" ? " RESOLVED" : ""} AT ${testTimeText(at)}${fieldsText(fields)}`;
}

/** A time of a test: what went by since its start, `1m30s`. */
export function testTimeText(ms: number): string {
  if (ms === 0) return "0s";
  return ms < 0 ? `-${durationText(-ms)}` : durationText(ms);
}

function fieldsText(fields: Readonly<Record<string, unknown>> | null): string {
  const pairs = Object.entries(fields ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value as TestValue)}`);
  return pairs.length === 0 ? "" : ` { ${pairs.join(", ")} }`;
}
