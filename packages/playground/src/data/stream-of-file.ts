/** `payments.2026-01.ndjson.gz` holds the stream `payments`, as for `weir replay`. */
export function streamOfFile(name: string): string {
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
}
