/** Modifiers that encode a value before it is looked for; several apply in their order: `wide|base64offset`. */
export const encodings = ["wide", "utf16le", "utf16be", "utf16", "base64", "base64offset"] as const;

export type Encoding = (typeof encodings)[number];

/** The texts of which one must be looked for. */
export function encode(text: string, names: readonly Encoding[]): readonly string[] {
  let bytes = utf8(text);
  for (const name of names) {
    switch (name) {
      case "wide":
      case "utf16le":
        bytes = utf16(text, false);
        break;
      case "utf16be":
        bytes = utf16(text, true);
        break;
      case "utf16":
        bytes = [0xff, 0xfe, ...utf16(text, false)];
        break;
      case "base64":
        return [base64(bytes)];
      case "base64offset":
        return [0, 1, 2].map((offset) => base64Within(bytes, offset));
    }
  }
  return [String.fromCharCode(...bytes)];
}

function utf8(text: string): readonly number[] {
  const escaped = encodeURIComponent(text.toWellFormed());
  return [...escaped.matchAll(/%(..)|[^%]/g)].map(([one, hex]) =>
    hex === undefined ? one.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}

function utf16(text: string, bigEndian: boolean): readonly number[] {
  return text.split("").flatMap((unit) => {
    const code = unit.charCodeAt(0);
    return bigEndian ? [code >> 8, code & 0xff] : [code & 0xff, code >> 8];
  });
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: readonly number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    const group = [18, 12, 6, 0].map((shift) => digits[(bits >> shift) & 63] ?? "").join("");
    const known = Math.min(bytes.length - i, 3) + 1;
    text += group.slice(0, known).padEnd(4, "=");
  }
  return text;
}

/** What base64 makes of bytes that begin `offset` bytes behind a multiple of three, without digits that neighbours change. */
function base64Within(bytes: readonly number[], offset: number): string {
  const whole = base64([...Array.from({ length: offset }, () => 0), ...bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + bytes.length) * 8) / 6);
  return whole.slice(from, to);
}
