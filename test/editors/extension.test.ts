import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serverCommand } from "../../editors/vscode/src/server-command.ts";

const folder = join(import.meta.dirname, "../../editors/vscode");

interface Manifest {
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly languages: readonly {
      readonly id: string;
      readonly extensions: readonly string[];
      readonly configuration: string;
    }[];
    readonly grammars: readonly { readonly language: string; readonly scopeName: string; readonly path: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"));
const manifest = read("package.json") as Manifest;

describe("the extension for VS Code", () => {
  test("names files that are there", () => {
    const { languages, grammars } = manifest.contributes;
    const named = [
      ...languages.map(({ configuration }) => configuration),
      ...grammars.map(({ path }) => path),
      "README.md",
    ];
    expect(named.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
    expect(manifest.main).toBe("./dist/extension.js");
  });

  test("colours .weir files by the grammar it names", () => {
    expect(manifest.contributes.languages[0]).toMatchObject({ id: "weir", extensions: [".weir"] });
    expect(manifest.contributes.grammars[0]).toMatchObject({ language: "weir", scopeName: "source.weir" });
    expect(read("syntaxes/weir.tmLanguage.json")).toMatchObject({ scopeName: "source.weir" });
  });

  test("asks for the version of the client library that is tested here", () => {
    const root = read("../../package.json") as { readonly devDependencies: Readonly<Record<string, string>> };
    expect(manifest.dependencies["vscode-languageclient"]).toBe(root.devDependencies["vscode-languageclient"]);
  });

  test("has the comments and brackets of the language", () => {
    const { comments, wordPattern } = read("language-configuration.json") as {
      readonly comments: unknown;
      readonly wordPattern: string;
    };
    expect(comments).toEqual({ lineComment: "--", blockComment: ["/*", "*/"] });
    expect("WITHIN 1h30m COUNT(user)".match(new RegExp(wordPattern, "g"))).toEqual([
      "WITHIN",
      "1h30m",
      "COUNT",
      "user",
    ]);
  });

  test("loads as a module, and starts nothing in a workspace that is not trusted", () => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, "load-extension.mjs")], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toEqual({ registered: ["weir.restart"], subscriptions: 3 });
  });

  test.each([
    ["weir", "/work", "weir"],
    ["", "/work", "weir"],
    ["  weir  ", null, "weir"],
    ["node_modules/.bin/weir", "/work", join("/work", "node_modules/.bin/weir")],
    ["node_modules/.bin/weir", null, "node_modules/.bin/weir"],
    ["/opt/weir", "/work", "/opt/weir"],
  ])("the setting %j in %j starts %s", (setting, workspace, command) => {
    expect(serverCommand(setting, workspace)).toBe(command);
  });
});
