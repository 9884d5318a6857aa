import { createJsonDecoder } from "@weir/connectors/formats";
import { DecodeError, type LogRecord } from "@weir/core";
import { expect, test } from "vitest";

function record(value: string | Uint8Array | null): LogRecord {
  return {
    offset: 0,
    timestamp: 0,
    key: null,
    value: typeof value === "string" ? Buffer.from(value) : value,
    headers: {},
  };
}

function codeOf(value: string | Uint8Array | null): string {
  try {
    createJsonDecoder({ maxBytes: 1000 }).decode("t", record(value));
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
  return "none";
}

test("an event belongs to the stream of the topic's settings, else to the one it names, else to the topic's", () => {
  const named = record('{"stream":"logins","a":1}');
  expect(createJsonDecoder({ stream: "s" }).decode("t", named)).toEqual({
    stream: "s",
    event: { stream: "logins", a: 1 },
  });
  expect(createJsonDecoder().decode("t", named)).toMatchObject({ stream: "logins" });
  expect(createJsonDecoder().decode("t", record('{"stream":7}'))).toMatchObject({ stream: "t" });
});

test("what is no JSON object in UTF-8 has a code that says why", () => {
  expect(codeOf("{")).toBe("not-json");
  expect(codeOf("")).toBe("not-json");
  expect(codeOf(Buffer.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBe("not-json");
  expect(codeOf("[1]")).toBe("not-an-object");
  expect(codeOf("null")).toBe("not-an-object");
  expect(codeOf(null)).toBe("tombstone");
  expect(codeOf(`{"a":"${"x".repeat(1000)}"}`)).toBe("too-large");
  expect(codeOf("{}")).toBe("none");
});
