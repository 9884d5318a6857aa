import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertChange, ChangeKind } from "../engine/diff-alerts.ts";
import { setView } from "../state/transport.ts";
import { activeName, diff, selection, view } from "../state/workbench.ts";
import { count, dateTime, duration } from "./format.ts";
import { SeverityMark } from "./severity.tsx";
import { type TableColumn, VirtualTable } from "./virtual-table.tsx";

export const kindNames: Readonly<Record<ChangeKind, string>> = {
  new: "new",
  gone: "gone",
  moved: "moved",
  severity: "severity changed",
};

const shownKind = signal<ChangeKind | null>(null);

interface DiffRow {
  readonly change: AlertChange;
  readonly place: number;
}

const columns: readonly TableColumn<DiffRow>[] = [
  {
    id: "change",
    title: "Change",
    isSortable: false,
    render: ({ change }) => <span class={`tag ${change.kind}`}>{kindNames[change.kind]}</span>,
  },
  {
    id: "at",
    title: "Time (UTC)",
    isSortable: false,
    render: ({ change }) => dateTime((change.now ?? change.before!).at),
  },
  {
    id: "severity",
    title: "Severity",
    isSortable: false,
    render: ({ change }) => <SeverityMark severity={(change.now ?? change.before!).severity} />,
  },
  { id: "rule", title: "Rule", isSortable: false, render: ({ change }) => change.rule },
  { id: "key", title: "Key", isSortable: false, render: ({ change }) => change.key },
  { id: "text", title: "What", isSortable: false, render: ({ change }) => whatChanged(change) },
];

/** What changed from A to B. */
export function DiffTable(): JSX.Element {
  const found = diff.value;
  if (found === null) return <p class="empty">Both versions have to run first.</p>;
  const kind = shownKind.value;
  const rows = found.changes
    .map((change, place) => ({ change, place }))
    .filter(({ change }) => kind === null || change.kind === kind);
  return (
    <div class="diff" data-testid="diff">
      <div class="filter-row" role="group" aria-label="Kinds of change">
        {(Object.keys(kindNames) as ChangeKind[]).map((option) => (
          <button
            key={option}
            type="button"
            class={`toggle tag ${option}`}
            aria-pressed={kind === option}
            onClick={() => {
              shownKind.value = kind === option ? null : option;
            }}
          >
            {count(found.counts[option])} {kindNames[option]}
          </button>
        ))}
        <span class="muted">{count(found.same)} the same</span>
      </div>
      <VirtualTable<DiffRow>
        label="Changes"
        columns={columns}
        total={rows.length}
        version={rows}
        fetchRows={(from, many) => Promise.resolve(rows.slice(from, from + many))}
        indexOf={({ place }) => place}
        selected={null}
        onSelect={({ change }) => showChange(change)}
        sort={null}
        onSort={() => {}}
        empty="Both versions give the same alerts."
        isStale={false}
      />
    </div>
  );
}

function whatChanged({ before, now }: AlertChange): string {
  if (before === null || now === null || before.at === now.at) return "";
  const by = now.at - before.at;
  return `${duration(Math.abs(by))} ${by > 0 ? "later" : "earlier"}`;
}

/** Selects the alert in the version that has it. */
function showChange({ before, now }: AlertChange): void {
  const side = now ?? before!;
  activeName.value = now === null ? "A" : "B";
  selection.value = { kind: "alert", index: side.index };
  const seen = view.value;
  if (seen === null || (side.at >= seen.from && side.at < seen.to)) return;
  const half = (seen.to - seen.from) / 2;
  setView(side.at - half, side.at + half);
}
