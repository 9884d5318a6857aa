import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { FunctionRecord } from "../functions/function-record.ts";
import { functionByName } from "../functions/index.ts";
import type { TypeName } from "../plan.ts";
import type { Value } from "../value.ts";
import { typeOf } from "../values/type-of.ts";
import { type Code, pureCode } from "./code.ts";
import { caseCode } from "./logic.ts";
import type { ExpressionScope } from "./scope.ts";

/** A function of the library, or one of the host. */
export function callCode(name: string, args: readonly Code[], scope: ExpressionScope): Code {
  const record = functionByName(name);
  if (record !== undefined) return libraryCall(record, args);
  const call = scope.hostFunction(name);
  if (call === null) {
    throw new Error(`the plan calls \`${name}\`, but neither the library nor the host has that function`);
  }
  return { evaluate: nullInNullOut(call, args) };
}

function libraryCall(record: FunctionRecord, args: readonly Code[]): Code {
  checkCount(record, args.length);
  if (record.name === "IF") return caseCode([{ when: args[0]!, result: args[1]! }], args[2]!);
  if (!record.nullInNullOut) return pureCode(plainCall(record.call, args), args);
  const types = args.map((_, i) => (record.params[i] ?? record.params.at(-1)!).type);
  const call = args.length === 1 ? unaryCall(record.call, args[0]!, types[0]!) : typedCall(record.call, args, types);
  return pureCode(call, args);
}

function checkCount({ name, params, variadic }: FunctionRecord, count: number): void {
  const least = params.filter((param) => param.optional !== true).length;
  if (count >= least && (count <= params.length || variadic === true)) return;
  throw new Error(`the plan calls \`${name}\` with ${count} arguments, which it does not take`);
}

function plainCall(call: (...args: Value[]) => Value, args: readonly Code[]): Evaluate {
  return (context) => call(...args.map((arg) => arg.evaluate(context)));
}

function nullInNullOut(call: (...args: Value[]) => Value, args: readonly Code[]): Evaluate {
  return (context) => {
    const values = args.map((arg) => arg.evaluate(context));
    return values.includes(null) ? null : call(...values);
  };
}

function unaryCall(call: (...args: Value[]) => Value, { evaluate }: Code, type: TypeName): Evaluate {
  return (context) => {
    const value = evaluate(context);
    return fits(value, type) ? finite(call(value)) : null;
  };
}

function typedCall(call: (...args: Value[]) => Value, args: readonly Code[], types: readonly TypeName[]): Evaluate {
  return (context: EvalContext) => {
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) {
      const value = args[i]!.evaluate(context);
      if (!fits(value, types[i]!)) return null;
      values.push(value);
    }
    return finite(call(...values));
  };
}

function fits(value: Value, type: TypeName): boolean {
  if (value === null) return false;
  return type === "ANY" || typeOf(value) === type;
}

function finite(value: Value): Value {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
