import { addToAlertHash, type Alert, emptyAlertHash } from "@weir/core";
import { expect, test } from "vitest";

const alert: Alert = {
  id: "a1",
  rule: "burst",
  severity: "HIGH",
  status: "firing",
  at: 5000,
  key: { user: "u1" },
  message: null,
  data: { total: 60 },
};

const hashOf = (alerts: readonly Alert[]): string => alerts.reduce(addToAlertHash, emptyAlertHash);

test("the hash of a run tells order, number and every field of its alerts", () => {
  const other = { ...alert, id: "a2" };
  const changed: readonly Partial<Alert>[] = [
    { id: "b" },
    { rule: "x" },
    { severity: "LOW" },
    { status: "resolved" },
    { at: 5001 },
    { key: { user: "u2" } },
    { message: "m" },
    { data: { total: 61 } },
  ];
  const hashes = [
    [],
    [alert],
    [alert, other],
    [other, alert],
    [alert, alert],
    ...changed.map((change) => [{ ...alert, ...change }]),
  ].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("the events that explain an alert do not count", () => {
  expect(hashOf([{ ...alert, events: [{ ts: 1 }] }])).toBe(hashOf([alert]));
});
