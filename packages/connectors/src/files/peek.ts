/** The first `count` bytes of a source (fewer where it is shorter), and all of it again. */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  const head = new Uint8Array(count);
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    const chunk = next.value.slice();
    chunks.push(chunk);
    const fitting = chunk.subarray(0, count - length);
    head.set(fitting, length);
    length += fitting.length;
  }
  return { head: head.subarray(0, length), whole: replay(chunks, iterator) };
}

async function* replay(
  chunks: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
