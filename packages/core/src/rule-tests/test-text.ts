import type { Alert } from "../alert.ts";
import { durationText } from "../explain/expression-text.ts";
import type { TestEvent } from "./test-events.ts";
import type { TestExpect, TestValue } from "./test-plan.ts";

/** An expectation as a TEST block writes it. */
export function expectText(expect: TestExpect): string {
  const { rule, at, fields } = expect;
  const how = expect.status === "resolved" ? " RESOLVED" : expect.severity === null ? "" : ` ${expect.severity}`;
  return `${nameText(rule)}${how}${at === null ? "" : ` AT ${testTimeText(at)}`}${fieldsText(fields)}`;
}

/** An event as a TEST block gives it, but for its time. */
export function givenText({ stream, given }: TestEvent): string {
  const fields = fieldsText(given);
  return `${nameText(stream)}${fields === "" ? " {}" : fields}`;
}

/** An alert as a TEST block would expect it, with all that it says. */
export function alertText(alert: Alert): string {
  const { rule, severity, status, at, key, data } = alert;
  const fields = { ...key, ...data };
  return `${nameText(rule)} ${status === "resolved" ? "RESOLVED" : severity} AT ${testTimeText(at)}${fieldsText(fields)}`;
}

/** A time of a test: what went by since its start, `1m30s`. */
export function testTimeText(ms: number): string {
  if (ms === 0) return "0s";
  return ms < 0 ? `-${durationText(-ms)}` : durationText(ms);
}

function fieldsText(fields: Readonly<Record<string, unknown>> | null): string {
  const pairs = Object.entries(fields ?? {}).map(
    ([name, value]) => `${nameText(name)}: ${JSON.stringify(value as TestValue)}`,
  );
  return pairs.length === 0 ? "" : ` { ${pairs.join(", ")} }`;
}

function nameText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}
