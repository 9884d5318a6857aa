import { aggregateByName, functionByName } from "@weir/core";
import type { Token } from "../lex/token.ts";
import { lex } from "../lex/lex.ts";
import { Reporter } from "../reporter.ts";
import type { HostFunction } from "../check/names.ts";
import { hostSignature } from "./record-doc.ts";
import type { SignatureHelp } from "./service-types.ts";
import { type SourceText, tokenIndex } from "./source-text.ts";

/** Tokens looked back at in search of the parenthesis around the caret. */
const LONGEST_CALL = 2_000;

/** The signature of the call around a caret, and which of its parameters stands there; in half-written calls too. */
export function signatureHelp(
  source: SourceText,
  caret: number,
  functions: ReadonlyMap<string, HostFunction>,
): SignatureHelp | null {
  const call = callAround(tokensBefore(source, caret));
  if (call === null) return null;
  const record = aggregateByName(call.name) ?? functionByName(call.name);
  const host = functions.get(call.name);
  const signature = record?.signature ?? (host === undefined ? undefined : hostSignature(call.name, host));
  if (signature === undefined) return null;
  const params = parametersOf(signature);
  // Of one that takes any number of arguments the last stands for the rest.
  const active = Math.max(0, Math.min(call.commas, params.length - 1));
  return { signature, doc: record?.doc ?? "A function of the host.", params, active };
}

/** Those before a caret; inside of a message those of its expression. */
function tokensBefore(source: SourceText, caret: number): readonly Token[] {
  const { tokens } = source.lexedAround(caret);
  const index = tokenIndex(tokens, caret);
  const before = tokens
    .slice(Math.max(0, index - LONGEST_CALL), index + 1)
    .filter(({ end, kind }) => end <= caret && kind !== "end");
  const here = tokens
    .slice(index, index + 2)
    .find(({ start, end, kind }) => kind === "string" && start < caret && caret <= end);
  if (here === undefined) return before;
  const inside = source.text.slice(here.start, caret);
  const brace = inside.lastIndexOf("{");
  if (brace < 0 || inside.indexOf("}", brace) >= 0) return before;
  const text = inside.slice(brace + 1);
  return lex(text, new Reporter(text)).tokens.filter(({ kind }) => kind !== "end");
}

function callAround(tokens: readonly Token[]): { readonly name: string; readonly commas: number } | null {
  let open = 0;
  let commas = 0;
  for (let i = tokens.length - 1; i >= 0; i--) {
    const { key } = tokens[i]!;
    if (key === ")" || key === "]") open += 1;
    else if (key === "[") open -= 1;
    else if (key === "{" || key === "}" || key === ";" || key === "EMIT" || key === "RULE") return null;
    else if (key === "," && open === 0) commas += 1;
    else if (key === "(") {
      open -= 1;
      const before = tokens[i - 1];
      if (open < 0) {
        if (before?.kind === "word" && functionNameLike(before)) return { name: before.key, commas };
        // Parentheses inside of a call group a part of its argument.
        open = 0;
        commas = 0;
      }
    }
    if (open < 0) open = 0;
  }
  return null;
}

function functionNameLike({ key }: Token): boolean {
  return key !== "AND" && key !== "OR" && key !== "NOT" && key !== "IN" && key !== "OF" && key !== "BY";
}

/** The parameters as they stand in a signature: `x: NUMBER`, `digits?: NUMBER`. */
function parametersOf(signature: string): SignatureHelp["params"] {
  const open = signature.indexOf("(");
  const close = signature.lastIndexOf(")");
  if (open < 0 || close <= open + 1) return [];
  let at = open + 1;
  return signature
    .slice(open + 1, close)
    .split(",")
    .map((part) => {
      const start = at + (part.length - part.trimStart().length);
      at += part.length + 1;
      const label = part.trim();
      return { label, span: [start, start + label.length] as const };
    });
}
