/** What a logical type makes of the value of the type it is written as; `null`: the value stays. */
export function logicalNumber(logicalType: unknown): ((value: number) => number) | null {
  switch (logicalType) {
    case "timestamp-millis":
    case "local-timestamp-millis":
    case "time-millis":
      return (value) => value;
    case "timestamp-micros":
    case "local-timestamp-micros":
    case "time-micros":
      return (value) => value / 1000;
    case "timestamp-nanos":
    case "local-timestamp-nanos":
      return (value) => value / 1_000_000;
    case "date":
      return (days) => days * 86_400_000;
    default:
      return null;
  }
}

/** The number that a decimal's bytes hold (two's complement, big-endian), `scale` digits of it behind the point. */
export function decimal(bytes: Uint8Array, scale: number): number {
  let unscaled = 0n;
  for (const byte of bytes) unscaled = (unscaled << 8n) | BigInt(byte);
  unscaled = BigInt.asIntN(8 * bytes.length, unscaled);
  return Number(`${unscaled}e-${scale}`);
}

const pieceLength = 8192;

export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += pieceLength) {
    binary += String.fromCharCode(...bytes.subarray(at, at + pieceLength));
  }
  return btoa(binary);
}
