import type { Time } from "../value.ts";
import { maxTimeMs } from "../values/from-host.ts";
import type { FunctionRecord } from "./function-record.ts";
import { type LocalTime, utcTime, zonedTime } from "./local-time.ts";

export const hour: FunctionRecord = part(
  "HOUR",
  "hour",
  "The hour of the day, 0 to 23",
  'FROM logins WHERE HOUR(EVENT_TIME(), "Europe/Berlin") < 6 EMIT MEDIUM',
);

export const minute: FunctionRecord = part(
  "MINUTE",
  "minute",
  "The minute of the hour, 0 to 59",
  "FROM jobs WHERE MINUTE(EVENT_TIME()) != 0 EMIT LOW",
);

export const weekday: FunctionRecord = part(
  "WEEKDAY",
  "weekday",
  "The day of the week, 1 = Monday to 7 = Sunday",
  "FROM deployments WHERE WEEKDAY(EVENT_TIME()) >= 6 EMIT MEDIUM",
);

export const day: FunctionRecord = part(
  "DAY",
  "day",
  "The day of the month, 1 to 31",
  "FROM invoices WHERE DAY(EVENT_TIME()) = 1 EMIT INFO",
);

export const month: FunctionRecord = part(
  "MONTH",
  "month",
  "The month, 1 to 12",
  "FROM orders WHERE MONTH(EVENT_TIME()) = 12 EMIT INFO",
);

export const year: FunctionRecord = part(
  "YEAR",
  "year",
  "The year",
  "FROM documents WHERE YEAR(EVENT_TIME()) - YEAR(TIME(issued)) > 10 EMIT LOW",
);

function part(name: string, field: keyof LocalTime, what: string, example: string): FunctionRecord {
  return {
    name,
    signature: `${name}(time: TIME, zone?: STRING): NUMBER`,
    doc: `${what}, of a TIME in UTC or in an IANA time zone such as "Europe/Berlin"; NULL where the zone is unknown.`,
    example,
    params: [
      { name: "time", type: "TIME" },
      { name: "zone", type: "STRING", optional: true },
    ],
    returns: "NUMBER",
    nullInNullOut: true,
    call: (time, zone) => {
      const { ms } = time as Time;
      if (!(Math.abs(ms) <= maxTimeMs)) return null;
      if (zone !== undefined) return zonedTime(ms, zone as string)?.[field] ?? null;
      // The most asked for, without a date.
      return field === "hour" ? ((Math.floor(ms / 3_600_000) % 24) + 24) % 24 : utcTime(ms)[field];
    },
  };
}
