import type { NearMiss } from "@weir/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Bins } from "../engine/bins.ts";
import { nearMisses } from "../state/near-misses.ts";
import { partials } from "../state/partials.ts";
import { active, activeRun, dataset, diff, fullView, selectedAlert, selection, view } from "../state/workbench.ts";
import { pan, place, seekTime, setView, zoom } from "../state/transport.ts";
import { isDark } from "../state/theme.ts";
import { count, dateTime } from "../ui/format.ts";
import { textAt } from "./lane-facts.ts";
import { LaneLabels } from "./lane-labels.tsx";
import { LaneTable } from "./lane-table.tsx";
import { layoutLanes, overviewHeight, ruleLane, tickText } from "./layout.ts";
import { paintOverlay } from "./overlay.ts";
import { type LaneMiss, paintScene } from "./paint.ts";
import { themeOf } from "./theme.ts";
import { timelineKey } from "./timeline-keys.ts";

const binPixels = 2;
const hitPixels = 8;

/** Events and alerts against event time: the whole recording above, the part in view below. */
export function Timeline(): JSX.Element {
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [bins, setBins] = useState<Bins | null>(null);
  const [overview, setOverview] = useState<Bins | null>(null);
  const [hover, setHover] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const { facts, revision, status } = activeRun.value;
  const seen = view.value;
  const streams = (dataset.value?.facts?.streams ?? []).slice(0, 8);
  const rules = (facts?.rules ?? []).slice(0, 64);
  const lanes = layoutLanes(streams.length, rules.length);
  const range = facts?.range ?? null;
  const client = active.value.client;
  const dark = isDark.value;
  const columns = Math.max(1, Math.floor(width / binPixels));

  useEffect(() => {
    const element = surface.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (range === null || width === 0) return;
    let isCurrent = true;
    const whole = fullView(range);
    const take = (set: (bins: Bins) => void) => (found: Bins | null) => {
      if (isCurrent && found !== null) set(found);
    };
    void client.call("bins", { ...whole, width: columns }).then(take(setOverview), () => {});
    void client.call("bins", { ...(seen ?? whole), width: columns }).then(take(setBins), () => {});
    return () => {
      isCurrent = false;
    };
  }, [client, revision, columns, seen?.from, seen?.to]);

  const names = rules.map(({ name }) => name);
  const allMisses = nearMisses.value;
  useEffect(() => {
    const context = prepared(base.current, width, lanes.height);
    if (context === null || bins === null || overview === null) return;
    const windows = rules.map(({ windowMs }) => windowMs);
    const scene = { width, lanes, bins, overview, view: bins, windows, nearMisses: missesOf(names, allMisses) };
    paintScene(context, scene, themeOf(base.current!));
  }, [bins, overview, width, lanes.height, dark, allMisses]);

  const open = partials.value;
  const partial = (open?.rules ?? []).map((found) => ({ rule: names.indexOf(found.rule), open: found }));
  const playhead = place.value?.time ?? null;
  const changes = (diff.value?.changes ?? []).map(({ rule, before, now }) => ({
    rule: names.indexOf(rule),
    before: before?.at ?? null,
    now: now?.at ?? null,
  }));
  const chosen = selection.value;
  const contributing = (selectedAlert.value?.events ?? []).map(({ stream, time }) => ({
    stream: streams.indexOf(stream ?? ""),
    time,
  }));
  const chosenMark = chosen?.kind === "alert" ? bins?.marks?.find(({ index }) => index === chosen.index) : undefined;
  useEffect(() => {
    const context = prepared(overlay.current, width, lanes.height);
    if (context === null || bins === null || overview === null) return;
    const marks = {
      playhead,
      hover: hover === null ? null : { x: hover.x, text: hoverText(bins, hover) },
      chosen: chosenMark ?? null,
      contributing,
      changes,
      partials: partial,
      partialsAt: open?.at ?? -Infinity,
    };
    paintOverlay(context, { width, lanes, bins, overview }, marks, themeOf(overlay.current!));
  });

  const hoverText = (shown: Bins, { x, y }: { readonly x: number; readonly y: number }): string => {
    const span = shown.to - shown.from;
    const time = tickText(shown.from + (x / width) * span, Math.min(span, 600_000));
    const what = textAt(shown, lanes, x, y, width);
    return what === "" ? time : `${time}  ${what}`;
  };
  const timeAt = (x: number, whole: boolean): number => {
    const shown = whole ? overview : bins;
    return shown === null ? 0 : shown.from + (x / width) * (shown.to - shown.from);
  };
  const drag = useRef<{ readonly x: number; readonly whole: boolean; moved: boolean; last: number } | null>(null);

  const onPointerDown = (event: PointerEvent): void => {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag.current = { x: event.offsetX, whole: event.offsetY < overviewHeight, moved: false, last: event.offsetX };
  };
  const onPointerMove = (event: PointerEvent): void => {
    setHover({ x: event.offsetX, y: event.offsetY });
    const dragged = drag.current;
    if (dragged === null || (!dragged.moved && Math.abs(event.offsetX - dragged.x) < 4)) return;
    dragged.moved = true;
    if (dragged.whole) {
      const from = timeAt(Math.min(dragged.x, event.offsetX), true);
      setView(from, Math.max(timeAt(Math.max(dragged.x, event.offsetX), true), from + 10));
    } else pan((dragged.last - event.offsetX) / width);
    dragged.last = event.offsetX;
  };
  const onPointerUp = (event: PointerEvent): void => {
    const dragged = drag.current;
    drag.current = null;
    if (dragged === null || dragged.moved) return;
    const time = timeAt(event.offsetX, dragged.whole);
    if (dragged.whole && seen !== null) {
      const half = (seen.to - seen.from) / 2;
      setView(time - half, time + half);
      return;
    }
    const mark = markNear(bins, event.offsetX, event.offsetY, width, lanes.rules);
    if (mark !== null) selection.value = { kind: "alert", index: mark };
    void seekTime(time);
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX + event.deltaY) / 1000);
    else zoom(Math.exp(event.deltaY / 400), event.offsetX / width);
  };

  const time = place.value?.time ?? range?.from ?? null;
  const openCount = open?.rules.reduce((total, rule) => total + rule.count, 0) ?? 0;
  const saidOpen = openCount === 0 ? "" : `, ${count(openCount)} partial ${openCount === 1 ? "match" : "matches"} open`;
  const said =
    time === null
      ? "no recording"
      : `${dateTime(time)} UTC, event ${count(place.value?.position ?? 0)}, ${count(place.value?.alerts ?? 0)} alerts so far${saidOpen}`;
  return (
    <div class={`timeline${status === "done" ? "" : " stale"}`}>
      <LaneLabels streams={streams} rules={rules} lanes={lanes} />
      <div
        ref={surface}
        class="surface"
        style={{ height: `${lanes.height}px` }}
        role="slider"
        tabIndex={0}
        aria-label="Timeline: playhead"
        aria-valuemin={0}
        aria-valuemax={facts?.events ?? 0}
        aria-valuenow={place.value?.position ?? 0}
        aria-valuetext={said}
        onKeyDown={timelineKey}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => setHover(null)}
        onWheel={onWheel}
      >
        <canvas ref={base} aria-hidden="true" />
        <canvas ref={overlay} aria-hidden="true" />
      </div>
      {bins === null ? null : (
        <LaneTable bins={bins} streams={streams} extras={{ rules: names, partials: open, nearMisses: allMisses }} />
      )}
    </div>
  );
}

function missesOf(rules: readonly string[], misses: ReadonlyMap<string, readonly NearMiss[]>): readonly LaneMiss[] {
  return rules.flatMap((name, rule) =>
    (misses.get(name) ?? []).map(({ at, run }) => ({ rule, at, since: run?.startedAt ?? null })),
  );
}

function prepared(canvas: HTMLCanvasElement | null, width: number, height: number): CanvasRenderingContext2D | null {
  if (canvas === null || width === 0) return null;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function markNear(bins: Bins | null, x: number, y: number, width: number, tops: readonly number[]): number | null {
  if (bins === null) return null;
  const scale = width / (bins.to - bins.from);
  let nearest: number | null = null;
  let least = hitPixels;
  for (const { index, at, rule } of bins.marks ?? []) {
    const top = tops[rule] ?? -100;
    const distance = Math.abs((at - bins.from) * scale - x);
    if (y < top || y > top + ruleLane || distance > least) continue;
    least = distance;
    nearest = index;
  }
  return nearest;
}
