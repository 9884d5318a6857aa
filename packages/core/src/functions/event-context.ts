import type { FunctionRecord } from "./function-record.ts";

// These read the event or its key, not their arguments alone: the compiler of the language writes each as an operation of the Plan.
const neverCalled = (): null => null;

export const eventTime: FunctionRecord = {
  name: "EVENT_TIME",
  signature: "EVENT_TIME(): TIME",
  doc: "The event time of the event.",
  example: "FROM logins WHERE HOUR(EVENT_TIME()) < 6 EMIT LOW",
  params: [],
  returns: "TIME",
  nullInNullOut: true,
  call: neverCalled,
};

export const streamName: FunctionRecord = {
  name: "STREAM_NAME",
  signature: "STREAM_NAME(): STRING",
  doc: "The name of the stream that the event belongs to.",
  example: "BY user WITHIN 1h WHEN COUNT(DISTINCT STREAM_NAME()) > 3 EMIT LOW",
  params: [],
  returns: "STRING",
  nullInNullOut: true,
  call: neverCalled,
};

export const prev: FunctionRecord = {
  name: "PREV",
  signature: "PREV(x: ANY): ANY",
  doc: "The value of the expression for the key's previous event, whatever the window; NULL for the first.",
  example: "BY user WHEN country != PREV(country) EMIT MEDIUM { from: PREV(country), to: country }",
  params: [{ name: "x", type: "ANY" }],
  returns: "same",
  nullInNullOut: true,
  call: neverCalled,
};

export const elapsed: FunctionRecord = {
  name: "ELAPSED",
  signature: "ELAPSED(): DURATION",
  doc: "The time since the key's previous event, whatever the window; NULL for the first.",
  example: 'BY host WHEN ELAPSED() > 1h EMIT LOW "{host} was silent for {ELAPSED()}"',
  params: [],
  returns: "DURATION",
  nullInNullOut: true,
  call: neverCalled,
};

export const speedKmh: FunctionRecord = {
  name: "SPEED_KMH",
  signature: "SPEED_KMH(lat: NUMBER, lon: NUMBER): NUMBER",
  doc: "The speed in km/h at which the key moved here from its previous event; NULL without one, and where no time passed.",
  example: "BY user WHEN SPEED_KMH(lat, lon) > 900 EMIT HIGH",
  params: [
    { name: "lat", type: "NUMBER" },
    { name: "lon", type: "NUMBER" },
  ],
  returns: "NUMBER",
  nullInNullOut: true,
  call: neverCalled,
};
