import type { JSX } from "preact";
import type { Bins } from "../engine/bins.ts";
import { count, dateTime } from "../ui/format.ts";
import { type LaneExtras, laneRows, sum } from "./lane-facts.ts";

/** What the canvas shows, as a table for those who do not see it. */
export function LaneTable(props: {
  readonly bins: Bins;
  readonly streams: readonly string[];
  readonly extras: LaneExtras;
}): JSX.Element {
  const { bins, streams, extras } = props;
  return (
    <div class="visually-hidden">
      <table data-testid="lanes">
        <caption>
          Lanes from {dateTime(bins.from)} to {dateTime(bins.to)} UTC;{" "}
          {streams
            .map((stream, i) => `${stream}: ${count(sum(bins.streams[i] ?? new Uint32Array()))} events`)
            .join(", ")}
        </caption>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Alerts</th>
            <th scope="col">Open episodes at the end</th>
            <th scope="col">Partial matches at the playhead</th>
            <th scope="col">Near misses</th>
          </tr>
        </thead>
        <tbody>
          {laneRows(bins, extras).map((row) => (
            <tr key={row.rule}>
              <th scope="row">{row.rule}</th>
              <td>{count(row.alerts)}</td>
              <td>{count(row.openEpisodes)}</td>
              <td>{row.partialMatches === null ? "no sequence" : count(row.partialMatches)}</td>
              <td>{count(row.nearMisses)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
