import type { PlanValue, TypeName } from "@weir/core";
import type { LetDecl, ParamDecl, RuleDecl, SourceFile, StreamDecl, TableDecl, TestDecl } from "../ast.ts";
import type { Findings } from "./findings.ts";
import type { Report } from "./report.ts";
import type { StreamShape } from "./stream-shape.ts";
import type { Type } from "./type.ts";

/** A file under check. */
export interface Unit {
  /** `null` where the text has no name. */
  readonly name: string | null;
  readonly file: SourceFile;
  readonly report: Report;
}

export interface ParamInfo {
  readonly decl: ParamDecl;
  readonly type: Type;
  /** `null` too where the value is none: then an error was reported. */
  readonly value: PlanValue;
}

export interface LetInfo {
  readonly decl: LetDecl;
  /** Of its file. */
  readonly report: Report;
  /** Where its fields may be of any stream. */
  readonly type: Type;
  /** Something is wrong with it that was reported: where it is used it is ANY. */
  readonly unsound: boolean;
  /** Nodes of the expression, and the height of its tree, with its own LETs written out. */
  readonly size: number;
  readonly height: number;
}

export interface TableInfo {
  readonly decl: TableDecl;
  readonly row: Type;
}

export interface RuleInfo {
  readonly decl: RuleDecl;
  readonly name: string;
  readonly unit: Unit;
}

export interface HostFunction {
  readonly params: readonly TypeName[];
  readonly returns: TypeName;
  /** The last parameter may be given any number of further times. */
  readonly variadic?: boolean;
}

/** What the declarations of all files say: the names that rules may use. */
export interface Names {
  readonly units: readonly Unit[];
  readonly streams: ReadonlyMap<string, StreamDecl>;
  readonly shapes: ReadonlyMap<string, StreamShape>;
  readonly tables: ReadonlyMap<string, TableInfo>;
  readonly params: ReadonlyMap<string, ParamInfo>;
  readonly lets: ReadonlyMap<string, LetInfo>;
  /** In the order of the files. */
  readonly rules: readonly RuleInfo[];
  readonly tests: readonly { readonly decl: TestDecl; readonly unit: Unit }[];
  /** Functions of the host, by name in upper case. */
  readonly functions: ReadonlyMap<string, HostFunction>;
  /** Where what is found out about expressions is kept; `null`: nowhere. */
  readonly findings: Findings | null;
}

/** A stream by its name, declared or not. */
export function shapeNamed(names: Names, stream: string): StreamShape {
  return names.shapes.get(stream) ?? { name: stream, fields: null };
}
