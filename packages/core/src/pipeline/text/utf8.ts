/** The text of UTF-8 bytes; what is no UTF-8 reads as U+FFFD, as the Encoding Standard has it. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  let units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const [point, length] = codePoint(bytes, i);
    i += length;
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    else units.push(point);
    if (units.length >= 4096) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

const replacement = 0xfffd;

/** The code point at `i` and how many bytes it takes. */
function codePoint(bytes: Uint8Array, i: number): readonly [point: number, length: number] {
  const first = bytes[i]!;
  if (first < 0x80) return [first, 1];
  const more =
    first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
  if (more === 0) return [replacement, 1];
  let point = first & (0x3f >> more);
  for (let k = 1; k <= more; k++) {
    const byte = bytes[i + k];
    // The second byte's range rules out overlong forms, surrogates and what is above U+10FFFF.
    const low = k > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = k > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (byte === undefined || byte < low || byte > high) return [replacement, k];
    point = point * 64 + (byte & 0x3f);
  }
  return [point, more + 1];
}
