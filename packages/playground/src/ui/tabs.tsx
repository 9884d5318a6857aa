import type { JSX } from "preact";

/** A row of tabs: arrow keys go from one to the next. */
export function Tabs<Id extends string>(props: {
  readonly label: string;
  readonly tabs: readonly { readonly id: Id; readonly title: string; readonly note?: string }[];
  readonly active: Id;
  readonly onChoose: (id: Id) => void;
}): JSX.Element {
  const { tabs, active, onChoose } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const at = tabs.findIndex(({ id }) => id === active);
    const next = tabs[(at + by + tabs.length) % tabs.length]!;
    onChoose(next.id);
    document.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
      {tabs.map(({ id, title, note }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          class="tab"
          aria-selected={id === active}
          aria-controls={id === active ? `panel-${id}` : undefined}
          tabIndex={id === active ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {title}
          {note === undefined ? null : <span class="note">{note}</span>}
        </button>
      ))}
    </div>
  );
}
