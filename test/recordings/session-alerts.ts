import type { Alert } from "@weir/core";
import { byNumbers, iso } from "./replay.ts";

/** A session as the oracles write it. */
export interface SessionAnswer {
  readonly key: string;
  readonly start: string;
  readonly end: string;
  readonly events: number;
  readonly first_id: number;
  readonly last_id: number;
}

/** What a rule with `SESSION` and `{ start, end, events, first_id, last_id }` says of one session. */
interface SessionData {
  readonly start: number;
  readonly end: number;
  readonly events: number;
  readonly first_id: number;
  readonly last_id: number;
}

export function duration({ start, end }: SessionData): number {
  return end - start;
}

export function events({ events }: SessionData): number {
  return events;
}

/** The largest session; among equals the one that began with the smallest id. */
export function largest(alerts: readonly Alert[], size: (session: SessionData) => number): SessionAnswer | undefined {
  const sessions = alerts.map(({ key, data }) => ({ key, session: data as unknown as SessionData }));
  const [first] = sessions.sort(({ session: left }, { session: right }) =>
    byNumbers([size(right), left.first_id], [size(left), right.first_id]),
  );
  if (first === undefined) return undefined;
  const { start, end, ...rest } = first.session;
  return { key: String(first.key["ip"]), start: iso(start), end: iso(end), ...rest };
}
