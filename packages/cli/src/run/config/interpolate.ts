import type { Mistake, Path } from "./mistakes.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration with its variables filled in, and which of its texts came from the environment. */
export interface Interpolated {
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
}

const maxDepth = 32;

/**
 * Fills in `${NAME}` and `${NAME:-default}` in all texts; `$${` is written for `${`.
 *
 * After parsing, not before: what a variable holds is always one text, whatever characters are in it.
 */
export function interpolate(value: unknown, environment: Environment): Interpolated {
  const mistakes: Mistake[] = [];
  const walk = (part: unknown, path: Path): unknown => {
    if (typeof part === "string") return fill(part, environment, (mistake) => mistakes.push({ path, ...mistake }));
    if (typeof part !== "object" || part === null) return part;
    if (path.length > maxDepth) {
      mistakes.push({ path, message: "this is nested too deep" });
      return null;
    }
    if (Array.isArray(part)) return part.map((item, i) => walk(item, [...path, i]));
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item, [...path, name])]));
  };
  return { value: walk(value, []), mistakes };
}

const pattern = /\$\$\{|\$\{([^}]*)\}/g;
const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

function fill(text: string, environment: Environment, report: (mistake: Omit<Mistake, "path">) => void): string {
  return text.replace(pattern, (whole, inside: string | undefined) => {
    if (inside === undefined) return "${";
    const [, name, otherwise] = variable.exec(inside) ?? [];
    if (name === undefined) {
      report({
        message: `\`${whole}\` names no variable`,
        hint: "write ${NAME}, ${NAME:-default}, or $${ for the characters",
      });
      return "";
    }
    const found = environment[name];
    const value = found === undefined || found === "" ? otherwise : found;
    if (value === undefined) {
      report({
        message: `the environment variable \`${name}\` is not set`,
        hint: `set it, or write \${${name}:-default}`,
      });
    }
    return value ?? "";
  });
}
