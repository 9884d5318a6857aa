import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageReader } from "../../../packages/cli/src/lsp/message-reader.ts";

interface Read {
  readonly messages: readonly unknown[];
  readonly errors: readonly string[];
}

/** What is read of bytes that come in pieces of these lengths, in turn. */
async function read(bytes: Buffer, lengths: readonly number[]): Promise<Read> {
  const stream = new PassThrough();
  const reader = new MessageReader(stream);
  const messages: unknown[] = [];
  const errors: string[] = [];
  reader.onError(({ message }) => errors.push(message));
  reader.listen((message) => messages.push(message));
  const closed = new Promise<void>((done) => {
    reader.onClose(() => done());
  });
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    stream.write(bytes.subarray(at, at + length));
    at += length;
  }
  stream.end();
  await closed;
  return { messages, errors };
}

const framed = (text: string): string => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

describe("the reader of messages", () => {
  test("gives the same messages however the bytes are cut", async () => {
    const message = fc.record({ id: fc.nat(), text: fc.string({ unit: "grapheme" }) });
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), lengths, async (sent, cuts) => {
        const bytes = Buffer.from(sent.map((one) => framed(JSON.stringify(one))).join(""));
        expect(await read(bytes, cuts)).toEqual({ messages: sent, errors: [] });
      }),
      { numRuns: 100 },
    );
  });

  test("reads other fields of a header, in any letters", async () => {
    const text = "Content-Type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    expect(await read(Buffer.from(text), [7])).toEqual({ messages: [{}], errors: [] });
  });

  test.each([
    ["a header without a length", "Nonsense\r\n\r\n"],
    ["a length that is no number", "Content-Length: many\r\n\r\n"],
    ["a negative length", "Content-Length: -5\r\n\r\n"],
    ["a body that is no JSON", framed("{ oh")],
    ["a long row of bytes", `${"x".repeat(50_000)}\r\n\r\n`],
  ])("goes on behind %s", async (_, nonsense) => {
    for (const cuts of [[1_000_000], [3]]) {
      const { messages, errors } = await read(Buffer.from(`${nonsense}${framed('{"ok":1}')}`), cuts);
      expect(messages).toEqual([{ ok: 1 }]);
      expect(errors).toHaveLength(1);
    }
  });

  test("does not keep a message that is too long, and reads the next one", async () => {
    const length = 65 * 1_048_576;
    const bytes = Buffer.concat([
      Buffer.from(`Content-Length: ${length}\r\n\r\n`),
      Buffer.alloc(length, "x"),
      Buffer.from(framed('{"ok":1}')),
    ]);
    const { messages, errors } = await read(bytes, [1_048_576]);
    expect(messages).toEqual([{ ok: 1 }]);
    expect(errors).toHaveLength(1);
  });
});
