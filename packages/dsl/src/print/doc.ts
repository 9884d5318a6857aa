/**
 * A text with places where it may be broken into lines, after Wadler's "A prettier printer".
 *
 * A group is printed on one line where it fits and has nothing that must break; else its own lines break.
 */
export type Doc = string | readonly Doc[] | Line | Group | Indent | LineEnd;

interface Line {
  readonly kind: "line";
  /** What it is on one line; `undefined`: it always breaks. */
  readonly flat: string | undefined;
}

interface Group {
  readonly kind: "group";
  readonly doc: Doc;
  readonly broken: boolean;
}

interface Indent {
  readonly kind: "indent";
  readonly doc: Doc;
  readonly columns: number;
}

/** A comment to the end of the line: printed before the next break, which it forces on the groups around it. */
interface LineEnd {
  readonly kind: "line-end";
  readonly text: string;
}

export const line: Doc = { kind: "line", flat: " " };
export const softLine: Doc = { kind: "line", flat: "" };
export const hardLine: Doc = { kind: "line", flat: undefined };

export function group(doc: Doc, broken: boolean = false): Doc {
  return { kind: "group", doc, broken: broken || mustBreak(doc) };
}

export function indent(doc: Doc, columns: number = 2): Doc {
  return { kind: "indent", doc, columns };
}

export function lineEnd(text: string): Doc {
  return { kind: "line-end", text };
}

export function join(separator: Doc, docs: readonly Doc[]): Doc {
  return docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc]));
}

/** Whether a doc has a break or a comment that no group may put on one line. */
export function mustBreak(doc: Doc): boolean {
  if (typeof doc === "string") return false;
  if (!("kind" in doc)) return doc.some(mustBreak);
  switch (doc.kind) {
    case "line":
      return doc.flat === undefined;
    case "group":
      return doc.broken;
    case "indent":
      return mustBreak(doc.doc);
    default:
      return true;
  }
}

/** The columns a doc takes on one line; infinite where it must break. */
export function flatWidth(doc: Doc): number {
  if (typeof doc === "string") return doc.includes("\n") ? Number.POSITIVE_INFINITY : doc.length;
  if (!("kind" in doc)) return doc.reduce((width, part) => width + flatWidth(part), 0);
  switch (doc.kind) {
    case "line":
      return doc.flat?.length ?? Number.POSITIVE_INFINITY;
    case "group":
      return doc.broken ? Number.POSITIVE_INFINITY : flatWidth(doc.doc);
    case "indent":
      return flatWidth(doc.doc);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

interface Task {
  readonly doc: Doc;
  readonly indent: number;
  readonly flat: boolean;
}

export function render(doc: Doc, width: number): string {
  let text = "";
  let column = 0;
  let pending = "";
  const tasks: Task[] = [{ doc, indent: 0, flat: false }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { doc, indent, flat } = task;
    if (typeof doc === "string") {
      text += doc;
      const lastLine = doc.lastIndexOf("\n");
      column = lastLine < 0 ? column + doc.length : doc.length - lastLine - 1;
    } else if (!("kind" in doc)) {
      for (let i = doc.length - 1; i >= 0; i--) tasks.push({ doc: doc[i] ?? "", indent, flat });
    } else if (doc.kind === "line-end") {
      // A second one would be swallowed by the first: it gets a line of its own.
      pending += pending === "" ? doc.text : `\n${" ".repeat(indent)}${doc.text.trimStart()}`;
    } else if (doc.kind === "indent") {
      tasks.push({ doc: doc.doc, indent: indent + doc.columns, flat });
    } else if (doc.kind === "group") {
      const fits = !doc.broken && (flat || column + flatWidth(doc.doc) + widthBehind(tasks) <= width);
      tasks.push({ doc: doc.doc, indent, flat: fits });
    } else if (flat && doc.flat !== undefined) {
      text += doc.flat;
      column += doc.flat.length;
    } else {
      text = `${(text + pending).trimEnd()}\n${" ".repeat(indent)}`;
      pending = "";
      column = indent;
    }
  }
  return (text + pending).trimEnd();
}

/** The columns of what stands behind a group before the next place where a line may break: `,`, `)`. */
function widthBehind(tasks: readonly Task[]): number {
  let width = 0;
  for (let i = tasks.length - 1; i >= 0; i--) {
    const start = startWidth(tasks[i]?.doc ?? "");
    width += start.width;
    if (start.stops) return width;
  }
  return width;
}

/** The columns up to the first line or group, and whether there is one. */
function startWidth(doc: Doc): { readonly width: number; readonly stops: boolean } {
  if (typeof doc === "string") return { width: doc.length, stops: false };
  if ("kind" in doc) return { width: 0, stops: true };
  let width = 0;
  for (const part of doc) {
    const start = startWidth(part);
    width += start.width;
    if (start.stops) return { width, stops: true };
  }
  return { width, stops: false };
}
