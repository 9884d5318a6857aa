import { parseDuration } from "@weir/core";
import { suggest } from "@weir/dsl";
import type { Mistake, Path } from "./mistakes.ts";

/** What reads one part of a configuration: its value, or `undefined` and a mistake for each thing that is wrong. */
export interface Setting<T> {
  /** What it wants, for a message: `a text`, `a duration such as 30s`. */
  readonly wants: string;
  read(value: unknown, path: Path, mistakes: Mistake[]): T | undefined;
}

/** A text. What it holds is never shown. */
export const text: Setting<string> = scalar("a text", (value) =>
  typeof value === "string" && value !== "" ? value : undefined,
);

export const flag: Setting<boolean> = scalar("true or false", (value) => {
  if (typeof value === "boolean") return value;
  // Filled in from the environment it is a text.
  return value === "true" ? true : value === "false" ? false : undefined;
});

export function integer(min: number, max: number): Setting<number> {
  return scalar(`a whole number from ${min} to ${max}`, (value) => {
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    return typeof number === "number" && Number.isSafeInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  });
}

export const number: Setting<number> = scalar("a number above 0", (value) => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : undefined;
});

/** A part of a whole. */
export const share: Setting<number> = scalar("a number from 0 to 1", (value) => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number <= 1 ? number : undefined;
});

/** Milliseconds of a text such as `500ms` or `1h30m`. */
export const duration: Setting<number> = scalar("a duration such as 500ms, 30s or 5m", (value) =>
  typeof value === "string" ? (parseDuration(value) ?? undefined) : undefined,
);

/** Milliseconds between two times that something is done: not so few that it is done all the time. */
export const interval: Setting<number> = scalar("a duration of 100ms or more", (value) => {
  const ms = typeof value === "string" ? parseDuration(value) : null;
  return ms !== null && ms >= 100 ? ms : undefined;
});

export function oneOf<const T extends string>(...values: readonly T[]): Setting<T> {
  return scalar(`one of ${values.join(", ")}`, (value) => values.find((each) => each === value));
}

/** Several texts: a list, or one text with commas. */
export const texts: Setting<readonly string[]> = {
  wants: "a list of texts",
  read(value, path, mistakes) {
    if (typeof value !== "string") return listOf(text).read(value, path, mistakes);
    const parts = value.split(",").map((part) => part.trim());
    return parts.filter((part) => part !== "");
  },
};

export function listOf<T>(item: Setting<T>): Setting<readonly T[]> {
  return {
    wants: "a list",
    read(value, path, mistakes) {
      if (!Array.isArray(value)) return wrong("a list", path, mistakes);
      return value.flatMap((each, i) => {
        const read = item.read(each, [...path, i], mistakes);
        return read === undefined ? [] : [read];
      });
    },
  };
}

/** Settings by names that the author chooses. */
export function mapOf<T>(item: Setting<T>): Setting<Readonly<Record<string, T>>> {
  return {
    wants: "names with settings",
    read(value, path, mistakes) {
      if (!isRecord(value)) return wrong("names with settings", path, mistakes);
      const entries = Object.entries(value).flatMap(([name, each]) => {
        const read = item.read(each, [...path, name], mistakes);
        return read === undefined ? [] : [[name, read] as const];
      });
      return Object.fromEntries(entries);
    },
  };
}

/** Any value; whoever uses it says what is wrong with it. */
export const anything: Setting<unknown> = { wants: "a value", read: (value) => value };

export function optional<T>(setting: Setting<T>): OptionalSetting<T> {
  return { ...setting, optional: true };
}

export interface OptionalSetting<T> extends Setting<T> {
  readonly optional: true;
}

type Shape<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? OptionalSetting<NonNullable<T[K]>> : Setting<T[K]>;
};

/** Settings by fixed names; an unknown one is a mistake, with the name that was probably meant. */
export function object<T extends object>(shape: Shape<T>): Setting<T> {
  const settings = Object.entries(shape) as [string, Setting<unknown> & { readonly optional?: true }][];
  return {
    wants: "settings",
    read(value, path, mistakes) {
      if (!isRecord(value)) return wrong("settings", path, mistakes);
      const before = mistakes.length;
      const known = settings.map(([name]) => name);
      for (const name of Object.keys(value)) {
        if (known.includes(name)) continue;
        mistakes.push({ path: [...path, name], message: "there is no such setting", ...near(name, known) });
      }
      const entries = settings.flatMap(([name, setting]) => {
        const given = Object.hasOwn(value, name) ? value[name] : undefined;
        if (given === undefined || given === null) {
          const message = `this is missing: ${setting.wants}`;
          if (setting.optional !== true) mistakes.push({ path: [...path, name], message });
          return [];
        }
        const read = setting.read(given, [...path, name], mistakes);
        return read === undefined ? [] : [[name, read] as const];
      });
      return mistakes.length > before ? undefined : (Object.fromEntries(entries) as T);
    },
  };
}

/** Exactly one of several kinds, named by its key: `redis: {…}`. A kind without settings may stand by itself. */
export function kind<T extends object>(shape: { readonly [K in keyof T]-?: Setting<NonNullable<T[K]>> }): Setting<T> {
  const kinds = Object.keys(shape);
  const settings = new Map(Object.entries<Setting<unknown>>(shape as Record<string, Setting<unknown>>));
  const wants = `one of ${kinds.join(", ")}`;
  return {
    wants,
    read(value, path, mistakes) {
      const given = typeof value === "string" ? { [value]: {} } : value;
      if (!isRecord(given)) return wrong(wants, path, mistakes);
      const names = Object.keys(given);
      const [name] = names;
      if (name === undefined || names.length > 1) {
        mistakes.push({ path, message: `exactly one kind is wanted here: ${wants}` });
        return undefined;
      }
      const setting = settings.get(name);
      if (setting === undefined) {
        mistakes.push({
          path: [...path, name],
          message: `there is no such kind; there is ${wants}`,
          ...near(name, kinds),
        });
        return undefined;
      }
      const read = setting.read(given[name] ?? {}, [...path, name], mistakes);
      return read === undefined ? undefined : ({ [name]: read } as T);
    },
  };
}

function scalar<T>(wants: string, convert: (value: unknown) => T | undefined): Setting<T> {
  return {
    wants,
    read(value, path, mistakes) {
      return convert(value) ?? wrong(wants, path, mistakes);
    },
  };
}

function wrong(wants: string, path: Path, mistakes: Mistake[]): undefined {
  mistakes.push({ path, message: `this has to be ${wants}` });
  return undefined;
}

function near(name: string, known: readonly string[]): { readonly hint?: string } {
  const meant = suggest(name, known);
  return meant === undefined ? { hint: `there is ${known.join(", ")}` } : { hint: `did you mean \`${meant}\`?` };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
