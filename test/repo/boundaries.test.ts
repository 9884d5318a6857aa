import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, test } from "vitest";
import { freeNames, importedModules } from "./module-facts.ts";

const packagesFolder = resolve(import.meta.dirname, "../../packages");

/** What the sources of a package may import besides their own files. */
interface Boundary {
  /** The packages of this repository, or one entry point of one. */
  readonly weir: readonly string[];
  /** The packages of others; `declared`: whatever its package.json names. */
  readonly others: readonly string[] | "declared";
  /** Whether it may use Node's modules. */
  readonly node: boolean;
  /** Whether it may use nothing but the language itself: no clock, no randomness, no API of Node or of a browser. */
  readonly pure: boolean;
}

const boundaries: Readonly<Record<string, Boundary>> = {
  core: { weir: [], others: ["re2js"], node: false, pure: true },
  dsl: { weir: ["@weir/core"], others: ["chevrotain"], node: false, pure: true },
  connectors: { weir: ["@weir/core"], others: "declared", node: true, pure: false },
  testing: { weir: ["@weir/core", "@weir/dsl"], others: "declared", node: false, pure: false },
  cli: {
    weir: ["@weir/core", "@weir/dsl", "@weir/connectors", "@weir/testing", "@weir/playground"],
    others: "declared",
    node: true,
    pure: false,
  },
  playground: {
    weir: ["@weir/core", "@weir/dsl", "@weir/connectors/files"],
    others: "declared",
    node: false,
    pure: false,
  },
};

// The globals of the language that are the same on every machine and at every time.
// Not here on purpose: Intl (differs between machines), WeakRef and FinalizationRegistry (depend on the collector).
const languageGlobals = new Set(
  `AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Iterator JSON Map Math NaN Number Object
  Promise RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array
  Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet arguments decodeURIComponent encodeURIComponent isFinite
  isNaN parseFloat parseInt undefined`.split(/\s+/),
);

// Where a global that differs between machines is what the language asks for: the hour in a named zone is a matter of zone data.
const exceptions: Readonly<Record<string, readonly string[]>> = { "core/src/functions/local-time.ts": ["Intl"] };

// Where a module of the user is imported, whose path is only known at run time.
const computedImports: readonly string[] = ["cli/src/run/config/load-config.ts"];

interface PackageJson {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** Of a package that is delivered as a bundle. */
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const packages = readdirSync(packagesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test("every package has its boundary written down", () => {
  expect(packages.filter((name) => boundaries[name] === undefined)).toEqual([]);
});

for (const name of packages) {
  const boundary = boundaries[name];
  if (boundary === undefined) continue;
  const folder = join(packagesFolder, name);
  const manifest = readManifest(name);
  const bundled = name === "playground" ? manifest.devDependencies : {};
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...bundled });
  const files = sourceFiles(join(folder, "src"));

  test(`${name} imports only what it may`, () => {
    const wrong = files.flatMap((file) =>
      importedModules(file, readFileSync(file, "utf8"))
        .map((specifier) => ({ specifier, problem: problemOf(specifier, file) }))
        .filter(({ problem }) => problem !== null)
        .map(({ specifier, problem }) => `${relative(packagesFolder, file)} imports ${specifier}: ${problem}`),
    );
    expect(wrong).toEqual([]);
  });

  if (boundary.pure) {
    test(`${name} uses no clock, no randomness and no global of Node or of a browser`, () => {
      const wrong = files.flatMap((file) =>
        freeNames(file, readFileSync(file, "utf8"))
          .filter((free) => !isPure(free) && exceptions[relative(packagesFolder, file)]?.includes(free) !== true)
          .map((free) => `${relative(packagesFolder, file)} uses ${free}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  /** Why a file of this package may not import `specifier`; null if it may. */
  function problemOf(specifier: string, file: string): string | null {
    if (specifier === "") {
      return computedImports.includes(relative(packagesFolder, file)) ? null : "a path known at run time only";
    }
    if (specifier.startsWith(".")) {
      const target = resolve(dirname(file), specifier);
      return target.startsWith(join(folder, "src") + sep) ? null : "a path out of its own src";
    }
    if (specifier.startsWith("node:")) return boundary?.node === true ? null : "a module of Node";
    const bare = packageOf(specifier);
    if (bare.startsWith("@weir/")) {
      const allowed = boundary?.weir ?? [];
      if (!allowed.includes(bare) && !allowed.includes(specifier)) return "not among the packages it may import";
      if (!declared.includes(bare)) return "not in its package.json";
      const entry = `.${specifier.slice(bare.length)}`;
      return readManifest(bare.slice("@weir/".length)).exports?.[entry] === undefined ? "not an entry point" : null;
    }
    const others = boundary?.others ?? [];
    if (others !== "declared" && !others.includes(bare)) return "not among the libraries it may import";
    return declared.includes(bare) ? null : "not in its package.json";
  }
}

test("the boundary check sees a forbidden import, global, clock and randomness", () => {
  const text = `
    import type { A } from "one"; export { b } from "two"; type B = import("three").B; void import("four");
    declare const document: { title: string }; console.log(document.title);
    const { process: own, ...rest } = input(); function input(): { process: number } { return { process: 1 }; }
    export const all = [own, rest, Date.now(), new Date(), new Date(0), Math.random(), Math.max(1), process.pid];
    export class Box { window = 1; read(): number { return this.window + window.length; } }
  `;
  expect(importedModules("a.ts", text)).toEqual(["one", "two", "three", "four"]);
  expect(freeNames("a.ts", text).filter((free) => !isPure(free))).toEqual([
    "console",
    "document",
    "Date.now",
    "new Date()",
    "Math.random",
    "process",
    "window",
  ]);
});

function isPure(free: string): boolean {
  return languageGlobals.has(free);
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function readManifest(name: string): PackageJson {
  return JSON.parse(readFileSync(join(packagesFolder, name, "package.json"), "utf8")) as PackageJson;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file))
    .sort();
}
