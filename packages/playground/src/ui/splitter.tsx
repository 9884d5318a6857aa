import { signal } from "@preact/signals";
import type { JSX } from "preact";

/** Sizes of the panes, in percent. */
export const sizes = signal({ rules: 52, top: 46, results: 34 });

const stepPercent = 2;
const least = 15;
const most = 80;

/** A line between panes that can be dragged, or moved by arrow keys. */
export function Splitter(props: {
  readonly of: "rules" | "top";
  readonly orientation: "vertical" | "horizontal";
  readonly label: string;
}): JSX.Element {
  const { of, orientation, label } = props;
  const move = (percent: number): void => {
    sizes.value = { ...sizes.value, [of]: Math.min(most, Math.max(least, percent)) };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const element = event.currentTarget as HTMLElement;
    if (!element.hasPointerCapture(event.pointerId)) return;
    const box = element.parentElement!.getBoundingClientRect();
    move(
      orientation === "vertical"
        ? ((event.clientX - box.left) / box.width) * 100
        : ((event.clientY - box.top) / box.height) * 100,
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [back, on] = orientation === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const by = event.key === on ? stepPercent : event.key === back ? -stepPercent : 0;
    if (by === 0) return;
    event.preventDefault();
    move(sizes.value[of] + by);
  };
  return (
    <div
      class={`splitter ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(sizes.value[of])}
      aria-valuemin={least}
      aria-valuemax={most}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
