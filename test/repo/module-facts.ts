import { parseSync } from "vite";

/** A node of the syntax tree, as far as this file looks at it. */
interface TreeNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

const valueWrappers = new Set([
  "TSAsExpression",
  "TSInstantiationExpression",
  "TSNonNullExpression",
  "TSParameterProperty",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

/** The modules a TypeScript module names in its imports, in order: of values and of types, static and dynamic. */
export function importedModules(file: string, text: string): string[] {
  const found: string[] = [];
  walk(parse(file, text), (node) => {
    if (!/^(Import(Declaration|Expression)|Export(All|Named)Declaration|TSImportType)$/.test(node.type)) return true;
    if (isNode(node["source"])) found.push(valueOf(node["source"]));
    return true;
  });
  return found;
}

/**
 * The names a module uses as values and does not bind, each once: globals. `Date.now`, `Math.random` and a `Date` made
 * of nothing come under these names.
 *
 * A name bound anywhere in the file counts as bound everywhere in it; the compiler, which gives the pure packages no
 * globals but the language's, sees the rest.
 */
export function freeNames(file: string, text: string): string[] {
  const program = parse(file, text);
  const bound = new Set<string>();
  const used: string[] = [];
  walk(program, (node, parent, field) => {
    if (hasNoValues(node)) return false;
    const impure = impureUse(node);
    if (impure !== null) {
      used.push(impure);
      return true;
    }
    if (node.type !== "Identifier" || parent === null) return true;
    if (isBinding(parent, field)) bound.add(nameOf(node));
    else if (!isLabelOrKey(parent, field)) used.push(nameOf(node));
    return true;
  });
  walk(program, (node, parent, field) => {
    if (hasNoValues(node)) return false;
    if (isPatternPosition(node, parent, field)) bindPattern(node, bound);
    return true;
  });
  return [...new Set(used)].filter((name) => !bound.has(name));
}

function parse(file: string, text: string): TreeNode {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  return program as unknown as TreeNode;
}

/** Types, declarations of what is elsewhere, and re-exports; not the few nodes that wrap a value in a type. */
function hasNoValues(node: TreeNode): boolean {
  if (node["importKind"] === "type" || node["exportKind"] === "type") return true;
  if (node["declare"] === true || (node.type === "ExportNamedDeclaration" && isNode(node["source"]))) return true;
  return node.type.startsWith("TS") && !valueWrappers.has(node.type);
}

function impureUse(node: TreeNode): string | null {
  if (node.type === "MemberExpression" && isNode(node["object"]) && isNode(node["property"])) {
    const path = `${nameOf(node["object"])}.${nameOf(node["property"])}`;
    return path === "Date.now" || path === "Math.random" ? path : null;
  }
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return null;
  if (!isNode(node["callee"]) || nameOf(node["callee"]) !== "Date") return null;
  if (node.type === "CallExpression") return "Date()";
  return Array.isArray(node["arguments"]) && node["arguments"].length === 0 ? "new Date()" : null;
}

/** Whether an identifier in this place is the name of what its parent declares. */
function isBinding(parent: TreeNode, field: string): boolean {
  if (/^(Function|Class)(Declaration|Expression)$/.test(parent.type)) return field === "id" || field === "params";
  if (parent.type === "ArrowFunctionExpression") return field === "params";
  return /^Import\w*Specifier$/.test(parent.type) && field === "local";
}

function isLabelOrKey(parent: TreeNode, field: string): boolean {
  if (parent.type === "MemberExpression") return field === "property" && parent["computed"] !== true;
  if (/^(Property|PropertyDefinition|AccessorProperty|MethodDefinition)$/.test(parent.type)) {
    return field === "key" && parent["computed"] !== true;
  }
  if (/^(Import|Export)\w*Specifier$/.test(parent.type)) return field === "imported" || field === "exported";
  return /^(LabeledStatement|BreakStatement|ContinueStatement|MetaProperty|ExportAllDeclaration)$/.test(parent.type);
}

function isPatternPosition(node: TreeNode, parent: TreeNode | null, field: string): boolean {
  if (parent === null) return false;
  if (parent.type === "VariableDeclarator") return field === "id";
  if (parent.type === "CatchClause") return field === "param";
  return field === "params" && /Function/.test(parent.type) && node.type !== "Identifier";
}

function bindPattern(node: TreeNode, bound: Set<string>): void {
  if (node.type === "Identifier") bound.add(nameOf(node));
  const inner: unknown[] = [node["argument"], node["left"], node["parameter"]];
  if (Array.isArray(node["elements"])) inner.push(...(node["elements"] as unknown[]));
  if (node.type === "Property") inner.push(node["value"]);
  if (Array.isArray(node["properties"])) inner.push(...(node["properties"] as unknown[]));
  for (const part of inner) if (isNode(part)) bindPattern(part, bound);
}

/** Visits every node in source order; `enter` answers whether to go on into it. */
function walk(
  node: TreeNode,
  enter: (node: TreeNode, parent: TreeNode | null, field: string) => boolean,
  parent: TreeNode | null = null,
  at = "",
): void {
  if (!enter(node, parent, at)) return;
  for (const [field, value] of Object.entries(node)) {
    if (isNode(value)) walk(value, enter, node, field);
    else if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (isNode(item)) walk(item, enter, node, field);
    }
  }
}

function isNode(value: unknown): value is TreeNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function nameOf(node: TreeNode): string {
  return typeof node["name"] === "string" ? node["name"] : "";
}

function valueOf(node: TreeNode): string {
  return typeof node["value"] === "string" ? node["value"] : "";
}
