/** Whether a key, as `keyOf` names it, belongs to a shard. */
export type OwnsKey = (key: string | number) => boolean;

/** The keys of one of `count` shards: each key belongs to exactly one. */
export function keyShare(index: number, count: number): OwnsKey {
  return (key) => hashOf(typeof key === "string" ? key : String(key)) % count === index;
}

/** FNV-1a over UTF-16 units, mixed at the end: its low bits alone are not spread well. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
