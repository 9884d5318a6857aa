const earthRadiusKm = 6371.0088;

/** The haversine formula. */
export function distanceKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2;
  const h = half(lat1, lat2) + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lon1, lon2);
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** Whether an address lies in a block; NULL for what cannot be read, FALSE across families. */
export function inCidr(ip: string, block: string): boolean | null {
  const [base = "", length = "", ...more] = block.split("/");
  const address = addressBits(ip);
  const network = addressBits(base);
  if (address === null || network === null || more.length > 0 || !/^\d{1,3}$/.test(length)) return null;
  if (Number(length) > network.length) return null;
  return address.length === network.length && address.slice(0, Number(length)) === network.slice(0, Number(length));
}

/** An address as a text of 32 or 128 zeros and ones. */
function addressBits(text: string): string | null {
  return text.includes(":") ? bitsOfV6(text) : bitsOfV4(text);
}

function bitsOfV4(text: string): string | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.map((part) => Number(part).toString(2).padStart(8, "0")).join("");
}

function bitsOfV6(text: string): string | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === "" ? "" : groupsOfV6(half)));
  if (head === undefined || head === null || tail === null) return null;
  if (tail === undefined) return head.length === 128 ? head : null;
  return head.length + tail.length <= 112 ? head + "0".repeat(128 - head.length - tail.length) + tail : null;
}

function groupsOfV6(text: string): string | null {
  const groups = text.split(":").map((group, i, all) => {
    if (group.includes(".") && i === all.length - 1) return bitsOfV4(group);
    return /^[\da-fA-F]{1,4}$/.test(group) ? Number.parseInt(group, 16).toString(2).padStart(16, "0") : null;
  });
  return groups.includes(null) ? null : groups.join("");
}
