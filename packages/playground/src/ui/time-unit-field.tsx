import type { TimeUnit } from "@weir/core";
import type { JSX } from "preact";

/** The units in which a field may hold a time. */
const timeUnits: readonly (readonly [TimeUnit, string])[] = [
  ["MILLISECONDS", "milliseconds, or ISO-8601"],
  ["SECONDS", "seconds"],
  ["MICROSECONDS", "microseconds"],
];

/** The choice of the unit in which a field holds a time. */
export function TimeUnitField({
  value,
  onChange,
}: {
  readonly value: TimeUnit;
  readonly onChange: (unit: TimeUnit) => void;
}): JSX.Element {
  return (
    <label class="field">
      Time unit
      <select value={value} onChange={(event) => onChange(event.currentTarget.value as TimeUnit)}>
        {timeUnits.map(([unit, title]) => (
          <option key={unit} value={unit}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
