import type { JSX } from "preact";
import { usualArrival } from "../engine/hosting.ts";
import { chosenArrival, dataset, hosting, setArrival } from "../state/workbench.ts";
import { dateTime, duration } from "./format.ts";
import { TimeUnitField } from "./time-unit-field.tsx";

/** What stands in for the clock of streams with TIME ARRIVAL. */
export function ArrivalChoice({ streams }: { readonly streams: readonly string[] }): JSX.Element {
  const { arrival } = hosting.value;
  const fields = dataset.value?.facts?.fields.map(({ name }) => name) ?? [];
  const pace = arrival.kind === "pace" ? arrival : usualArrival.kind === "pace" ? usualArrival : null;
  const used =
    arrival.kind === "field"
      ? `the field ${arrival.field} is taken for the time of arrival`
      : `events arrive in the order of the recording, one every ${duration(arrival.stepMs)} from ${dateTime(arrival.startMs)} UTC on`;
  return (
    <section class="table-card" aria-label="Time of arrival">
      <header>
        <h3>TIME ARRIVAL</h3>
        <span class="muted">{streams.join(", ")}</span>
      </header>
      <p data-testid="arrival">
        A recording does not tell when its events arrived: {used}
        {chosenArrival.value === null ? " (a suggestion)" : ""}.
      </p>
      <div class="form-row">
        <label class="field">
          Clock
          <select
            value={arrival.kind === "field" ? `field ${arrival.field}` : "pace"}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              setArrival(
                chosen === "pace"
                  ? usualArrival
                  : { kind: "field", field: chosen.slice("field ".length), unit: "MILLISECONDS" },
              );
            }}
          >
            <option value="pace">the recorded order, at a fixed pace</option>
            {fields.map((name) => (
              <option key={name} value={`field ${name}`}>
                the field {name}
              </option>
            ))}
          </select>
        </label>
        {arrival.kind === "field" ? (
          <TimeUnitField value={arrival.unit} onChange={(unit) => setArrival({ ...arrival, unit })} />
        ) : (
          <label class="field">
            One event every, ms
            <input
              type="number"
              min={1}
              max={86_400_000}
              value={pace?.stepMs ?? 1000}
              onChange={(event) => {
                const stepMs = Math.round(event.currentTarget.valueAsNumber);
                if (pace !== null && stepMs >= 1 && stepMs <= 86_400_000) setArrival({ ...pace, kind: "pace", stepMs });
              }}
            />
          </label>
        )}
        {chosenArrival.value === null ? null : (
          <button type="button" onClick={() => setArrival(null)}>
            Take the suggestion
          </button>
        )}
      </div>
    </section>
  );
}
