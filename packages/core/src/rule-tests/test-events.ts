import type { Plan } from "../plan.ts";
import type { EventData } from "../row.ts";
import { setOwn } from "../values/own-property.ts";
import type { TestObject, TestPlan } from "./test-plan.ts";

/** An event of a test as an engine takes it. */
export interface TestEvent {
  readonly stream: string;
  /** With its time in the field that the stream has for it. */
  readonly event: EventData;
  /** As the test gives it. */
  readonly given: TestObject;
  /** Milliseconds from the start of the test. */
  readonly at: number;
}

/** The events of a test in the order of their times; of equal times in the order of the text. */
export function testEvents(plan: Plan, test: TestPlan): readonly TestEvent[] {
  return test.givens
    .flatMap(({ stream, event, times }) =>
      times.map((at) => ({
        stream,
        event: timed(plan, stream, event, at),
        given: event,
        at,
      })),
    )
    .sort((a, b) => a.at - b.at);
}

const perMs = { MILLISECONDS: 1, SECONDS: 0.001, MICROSECONDS: 1000 } as const;

function timed(plan: Plan, stream: string, event: EventData, at: number): EventData {
  const time = plan.streams.find(({ name }) => name === stream)?.time ?? null;
  if (time?.kind === "arrival") return event;
  const copy: Record<string, unknown> = { ...event };
  setOwn<unknown>(copy, time === null ? "ts" : time.field, time === null ? at : at * perMs[time.unit]);
  return copy;
}
