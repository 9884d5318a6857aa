import { editor } from "monaco-editor/editor";

interface Palette {
  readonly base: "vs" | "vs-dark";
  readonly text: string;
  readonly muted: string;
  readonly keyword: string;
  readonly name: string;
  readonly call: string;
  readonly string: string;
  readonly number: string;
  readonly background: string;
  readonly line: string;
}

const light: Palette = {
  base: "vs",
  text: "1a1f27",
  muted: "5c6673",
  keyword: "0b4f97",
  name: "1a1f27",
  call: "7a3e9d",
  string: "20694e",
  number: "9a4a00",
  background: "ffffff",
  line: "f3f5f8",
};

const dark: Palette = {
  base: "vs-dark",
  text: "dde3ea",
  muted: "8793a1",
  keyword: "7cbcff",
  name: "dde3ea",
  call: "cda2ec",
  string: "7fcfa9",
  number: "f0a868",
  background: "14181e",
  line: "1a1f27",
};

/** Defines the colours of rules, for a light and for a dark page. */
export function defineThemes(): void {
  define("weir-light", light);
  define("weir-dark", dark);
}

function define(name: string, palette: Palette): void {
  const { text, muted, keyword, call, string, number } = palette;
  editor.defineTheme(name, {
    base: palette.base,
    inherit: true,
    rules: [
      { token: "", foreground: text },
      { token: "comment", foreground: muted, fontStyle: "italic" },
      { token: "keyword", foreground: keyword, fontStyle: "bold" },
      { token: "function", foreground: call },
      { token: "aggregate", foreground: call },
      { token: "string", foreground: string },
      { token: "number", foreground: number },
      { token: "operator", foreground: muted },
      { token: "name", foreground: text },
      { token: "rule", foreground: text, fontStyle: "bold" },
      { token: "stream", foreground: keyword },
      { token: "param", foreground: number },
      { token: "let", foreground: number },
      { token: "alias", foreground: call },
    ],
    colors: {
      "editor.background": `#${palette.background}`,
      "editor.foreground": `#${text}`,
      "editor.lineHighlightBackground": `#${palette.line}`,
      "editor.lineHighlightBorder": "#00000000",
      "editorLineNumber.foreground": `#${muted}`,
      "editorCodeLens.foreground": `#${muted}`,
      "editorInlayHint.foreground": `#${muted}`,
      "editorInlayHint.background": `#${palette.line}`,
      "editorGutter.background": `#${palette.background}`,
    },
  });
}
