/**
 * Compiles a pattern of LIKE: `%` stands for any text, `_` for one UTF-16 unit, all else for itself; there is no escape.
 *
 * The texts between the `%` are looked for from left to right, each where it first occurs; that is as good as trying all places,
 * so nothing is ever taken back, and the time is at most the product of both lengths.
 */
export function compileLike(pattern: string): (text: string) => boolean {
  const [first, ...rest] = pattern.split("%") as [string, ...string[]];
  const last = rest.pop();
  if (last === undefined) {
    return first.includes("_")
      ? (text) => text.length === first.length && fitsAt(text, 0, first)
      : (text) => text === first;
  }
  const middle = rest.filter((piece) => piece !== "").map(finder);
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !fitsAt(text, 0, first) || !fitsAt(text, end, last)) return false;
    let at = first.length;
    for (const find of middle) {
      at = find(text, at, end);
      if (at < 0) return false;
    }
    return true;
  };
}

/** Gives the position behind the first occurrence between `from` and `end`, −1 where there is none. */
type Find = (text: string, from: number, end: number) => number;

function finder(piece: string): Find {
  if (!piece.includes("_")) {
    return (text, from, end) => {
      const at = text.indexOf(piece, from);
      return at >= 0 && at + piece.length <= end ? at + piece.length : -1;
    };
  }
  return (text, from, end) => {
    for (let at = from; at + piece.length <= end; at++) if (fitsAt(text, at, piece)) return at + piece.length;
    return -1;
  };
}

const underscore = 95;

function fitsAt(text: string, at: number, piece: string): boolean {
  for (let i = 0; i < piece.length; i++) {
    const code = piece.charCodeAt(i);
    if (code !== underscore && code !== text.charCodeAt(at + i)) return false;
  }
  return true;
}
