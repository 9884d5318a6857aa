export type FileFormat = "ndjson" | "csv" | "avro";

const byExtension: Readonly<Record<string, FileFormat>> = {
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "ndjson",
  csv: "csv",
  tsv: "csv",
  avro: "avro",
};

/** How many bytes of a file `formatOfContent` wants to see. */
export const headBytes = 512;

/** The format that the name of a file tells; `null` where it tells none. A `.gz` at the end does not count. */
export function formatOfName(name: string): FileFormat | null {
  const extension = /\.([a-z]+)$/.exec(name.toLowerCase().replace(/\.gz$/, ""))?.[1];
  return extension === undefined ? null : (byExtension[extension] ?? null);
}

/** The format that the beginning of a file tells: an Avro file begins with its magic, NDJSON with a brace. */
export function formatOfContent(head: Uint8Array): FileFormat {
  if (isAvro(head)) return "avro";
  const text = new TextDecoder().decode(head).trimStart();
  const firstLine = text.split("\n", 1)[0] ?? "";
  return !text.startsWith("{") && /[,;\t]/.test(firstLine) ? "csv" : "ndjson";
}

function isAvro(head: Uint8Array): boolean {
  return head[0] === 0x4f && head[1] === 0x62 && head[2] === 0x6a && head[3] === 1;
}
