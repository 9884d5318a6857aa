import type { ConditionPart, Term } from "@weir/core";
import type { JSX } from "preact";
import { dateTime, duration } from "./format.ts";

/** A condition with the values it was computed from, part by part. */
export function ConditionTree({ part }: { readonly part: ConditionPart }): JSX.Element {
  return (
    <ul class="condition">
      <Part part={part} />
    </ul>
  );
}

function Part({ part }: { readonly part: ConditionPart }): JSX.Element {
  const { truth, compare, parts, text } = part;
  const verdict = truth === null ? "unknown" : truth ? "true" : "false";
  return (
    <li class={verdict}>
      <span class="verdict">{truth === null ? "?" : truth ? "✓" : "✗"}</span>
      <span class="visually-hidden">{verdict}: </span>
      {parts.length > 0 ? (
        <>
          <span class="muted">{part.op.toUpperCase()}</span>
          <ul>
            {parts.map((inner, i) => (
              <Part key={i} part={inner} />
            ))}
          </ul>
        </>
      ) : compare === null ? (
        <code>{text}</code>
      ) : (
        <>
          <code>{compare.left.text}</code> was <b>{valueText(compare.left)}</b>, needed {compare.cmp}{" "}
          <b>{valueText(compare.right)}</b>
          {compare.right.text === valueText(compare.right) ? null : <code> {compare.right.text}</code>}
        </>
      )}
      {part.terms.length === 0 ? null : (
        <span class="muted"> ({part.terms.map((term) => `${term.text} = ${valueText(term)}`).join(", ")})</span>
      )}
    </li>
  );
}

function valueText({ value, type }: Term): string {
  if (typeof value === "number") {
    if (type === "TIME") return dateTime(value);
    if (type === "DURATION") return duration(value);
    return String(Math.round(value * 1e6) / 1e6);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
