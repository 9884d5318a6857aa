/** Anything of the tree: nodes, names, lists of them, and plain values. */
type Part = unknown;

export interface Visited {
  /** A node, or an object of the tree that is none, such as a pair of an object. */
  readonly node: Readonly<Record<string, Part>>;
  /** The field of the parent that holds it: `where`, `from`. */
  readonly field: string;
  readonly parent: Visited | null;
}

/**
 * Visits a part of the tree and all that is in it, from the outside to the inside, in the order of the text.
 *
 * Not by recursion: the tree may be as high as the limits of the language allow. `enter` gives false for what is not to be looked into.
 */
export function walk(root: object, enter: (visited: Visited) => boolean): void {
  const rest: Visited[] = [{ node: root as Readonly<Record<string, Part>>, field: "", parent: null }];
  for (let top = rest.pop(); top !== undefined; top = rest.pop()) {
    if (!enter(top)) continue;
    const inside: Visited[] = [];
    for (const [field, value] of Object.entries(top.node)) {
      if (field === "span" || field === "nameSpan") continue;
      for (const part of Array.isArray(value) ? (value as readonly Part[]) : [value]) {
        if (typeof part === "object" && part !== null) {
          inside.push({ node: part as Visited["node"], field, parent: top });
        }
      }
    }
    // Not spread: a message may have more parts than a call may have arguments.
    for (let i = inside.length - 1; i >= 0; i--) rest.push(inside[i]!);
  }
}

/** The nearest node around that has this kind. */
export function enclosing(visited: Visited, kind: string): Visited | null {
  for (let at = visited.parent; at !== null; at = at.parent) if (at.node["kind"] === kind) return at;
  return null;
}
