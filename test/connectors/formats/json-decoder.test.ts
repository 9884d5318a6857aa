import { createJsonDecoder } from "@weir/connectors/formats";
import { DecodeError, type LogRecord } from "@weir/core";
import fc from "fast-check";
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

const plain = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const event = fc.dictionary(
  fc.constantFrom("user", "amount", "ts", "é", "stream", "deep"),
  fc.oneof(
    { weight: 5, arbitrary: plain },
    fc.dictionary(fc.constantFrom("a", "b"), plain),
    fc.array(plain, { maxLength: 3 }),
  ),
);
const layout = fc.constantFrom(
  (value: object) => JSON.stringify(value),
  (value: object) => `${JSON.stringify(value)}\r`,
  (value: object) => ` ${JSON.stringify(value)}\n`,
  (value: object) => JSON.stringify(value, null, 1),
  (value: object) => `${JSON.stringify(value)}\n${JSON.stringify(value)}`,
  (value: object) => JSON.stringify(value).slice(0, -1),
  (value: object) => `\ufeff${JSON.stringify(value)}`,
);

test("records in a row are read as JSON.parse reads each, with the fields that are asked for or with all", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, layout), { maxLength: 20 }), (list) => {
      const wide = createJsonDecoder();
      const narrow = wide.narrow!(new Set(["user", "ts"]));
      // Each twice, so that what the first taught is used.
      for (const text of list.flatMap(([value, write]) => [write(value), write(value)])) {
        let parsed: Readonly<Record<string, unknown>> | null = null;
        try {
          parsed = JSON.parse(text.replace(/^\ufeff/, "")) as Readonly<Record<string, unknown>>;
        } catch {
          expect(() => wide.decode("t", record(text))).toThrow(DecodeError);
          expect(() => narrow.decode("t", record(text))).toThrow(DecodeError);
        }
        if (parsed === null) continue;
        const stream = typeof parsed["stream"] === "string" ? parsed["stream"] : "t";
        expect(wide.decode("t", record(text))).toEqual({ stream, event: parsed });
        const narrowed = narrow.decode("t", record(text));
        expect(narrowed).toMatchObject({ stream });
        const { event: read } = narrowed as { readonly event: Readonly<Record<string, unknown>> };
        for (const name of ["user", "ts"]) {
          expect(Object.hasOwn(read, name)).toBe(Object.hasOwn(parsed, name));
          expect(read[name]).toEqual(parsed[name]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("fields that no rule reads are left out of records written alike", () => {
  const decoder = createJsonDecoder({ stream: "s" }).narrow!(new Set(["user"]));
  decoder.decode("t", record('{"user":"u1","note":"x"}'));
  expect(decoder.decode("t", record('{"user":"u2","note":"y"}'))).toEqual({ stream: "s", event: { user: "u2" } });
});
