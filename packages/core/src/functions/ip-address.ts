/** An IP address as its 16-bit groups: 2 of version 4, 8 of version 6. */
export type IpAddress = readonly number[];

/**
 * Reads an IPv4 or IPv6 address; `null` where the text is none.
 *
 * Numbers of IPv4 have no leading zeros (some programs take those as octal); IPv6 has no zone (`%eth0`).
 * Source  RFC 4291 §2.2, RFC 6943 §3.1.1.
 */
export function parseIp(text: string): IpAddress | null {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): IpAddress | null {
  const bytes = [0, 0, 0, 0];
  let part = 0;
  let digitsInPart = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (digitsInPart === 0 || ++part > 3) return null;
      digitsInPart = 0;
    } else if (code >= 48 && code <= 57) {
      if (digitsInPart > 0 && bytes[part] === 0) return null;
      digitsInPart++;
      bytes[part] = bytes[part]! * 10 + code - 48;
      if (bytes[part]! > 255) return null;
    } else return null;
  }
  if (part !== 3 || digitsInPart === 0) return null;
  return [bytes[0]! * 256 + bytes[1]!, bytes[2]! * 256 + bytes[3]!];
}

function parseV6(text: string): IpAddress | null {
  // The longest: eight groups of four digits, or six and an IPv4 address.
  if (text.length > 45) return null;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!, halves.length === 1);
  if (halves.length === 1) return head?.length === 8 ? head : null;
  const tail = parseGroups(halves[1]!, true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string, last: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const v4 = last && i === parts.length - 1 && part.includes(".") ? parseV4(part) : null;
    if (v4 !== null) groups.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
