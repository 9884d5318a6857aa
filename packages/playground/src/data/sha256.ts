const maxHashedBytes = 512 * 1024 * 1024;

/** Of the whole file; `null` where the page may not compute it, or the file is too large to be hashed at once. */
export async function sha256(blob: Blob): Promise<string | null> {
  if (!isSecureContext || blob.size > maxHashedBytes) return null;
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
