// Owns the picture of a job's timeline: phases to scale, questions as waiting, stops and errors as ticks. Owns no item (log-outline.ts).
import { useRef } from 'preact/hooks';
import { useNow } from './clock.ts';
import { harmlessLabel } from './harmless.ts';
import { splitPrompt } from './interaction.ts';
import { startOf, type Timeline, type TimelineItem } from './log-outline.ts';
import { text } from './text.ts';
import { briefDuration, offset } from './time.ts';

/** Parts narrower than this share of the whole are gathered, and no more ticks of one kind are drawn than fit beside each other. */
const narrowest = 0.004;
const mostTicks = 100;

/** Something to be drawn and gone to. Places are shares of the whole, 0 to 1. */
interface Part {
  readonly kind: TimelineItem['kind'];
  readonly from: number;
  readonly width: number;
  /** What stands in it where there is room. */
  readonly name: string;
  readonly label: string;
  readonly line: number | null;
}

export function TimelineBar({ timeline, onJump }: { timeline: Timeline; onJump: (line: number) => void }) {
  // One stop for Tab; the arrow keys go on from there.
  const bar = useRef<HTMLDivElement>(null);
  const now = useNow();
  const parts = partsOf(timeline, timeline.to ?? now);
  if (parts.length === 0) return null;
  const move = (event: KeyboardEvent): void => {
    const buttons = [...(bar.current?.querySelectorAll('button') ?? [])];
    const here = buttons.findIndex((button) => document.activeElement === button);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: here + 1,
      ArrowLeft: here - 1,
      Home: 0,
      End: buttons.length - 1,
    };
    const next = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[Math.max(0, Math.min(buttons.length - 1, next))]?.focus();
  };
  return (
    <div
      ref={bar}
      class="timeline"
      role="toolbar"
      aria-label={text.timeline.heading}
      aria-description={text.timeline.help}
      onKeyDown={move}
    >
      {parts.map((part, index) => (
        <button
          key={`${part.kind}${part.from}${part.line}`}
          type="button"
          class={`timeline__part timeline__part--${part.kind}`}
          style={{ left: `${100 * part.from}%`, width: `${100 * part.width}%` }}
          tabIndex={index === 0 ? 0 : -1}
          aria-label={part.label}
          title={part.label}
          disabled={part.line === null}
          onClick={() => part.line !== null && onJump(part.line)}
        >
          <span class="timeline__name">{part.name}</span>
        </button>
      ))}
    </div>
  );
}

/** What is drawn of a timeline that reaches to `end`, milliseconds since 1970; in the order in which it is walked through. Bounded. */
export function partsOf({ from, items }: Timeline, end: number): readonly Part[] {
  const whole = Math.max(1, end - from);
  const share = (at: number): number => Math.max(0, Math.min(1, (at - from) / whole));
  const parts: Part[] = [];
  const ticks = new Map<string, number>();
  for (const item of items) {
    const place = share(startOf(item));
    const label = labelOf(item, from, end);
    if ('at' in item) {
      const drawn = ticks.get(item.kind) ?? 0;
      const before = parts.findLast(({ kind }) => kind === item.kind);
      if (drawn >= mostTicks || (before !== undefined && place - before.from < narrowest)) continue;
      ticks.set(item.kind, drawn + 1);
      parts.push({ kind: item.kind, from: place, width: 0, name: '', label, line: item.line });
      continue;
    }
    const width = share(item.to ?? end) - place;
    const before = parts.findLast(({ kind }) => kind === item.kind);
    const crowded = before !== undefined && place + width - before.from < narrowest;
    if (crowded) continue;
    parts.push({ kind: item.kind, from: place, width, name: nameOf(item, end), label, line: item.line });
  }
  return parts;
}

function nameOf(item: Extract<TimelineItem, { from: number }>, end: number): string {
  if (item.kind === 'phase') return harmlessLabel(item.title);
  return text.timeline.waiting(briefDuration((item.to ?? end) - item.from));
}

function labelOf(item: TimelineItem, begun: number, end: number): string {
  const at = offset(startOf(item) - begun);
  switch (item.kind) {
    case 'stop':
      return `${text.timeline.stop(harmlessLabel(item.by))}, ${at}`;
    case 'error':
      return `${text.timeline.error(harmlessLabel(item.title))}, ${at}`;
    case 'phase':
      return text.timeline.part(harmlessLabel(item.title), at, spanOf(item, end));
    case 'question': {
      const asked = text.timeline.asked(harmlessLabel(splitPrompt(item.title).question));
      const answered =
        item.by !== null
          ? text.timeline.answeredBy(harmlessLabel(item.by))
          : item.to === null
            ? text.timeline.waits
            : text.timeline.unanswered;
      return `${text.timeline.part(asked, at, spanOf(item, end))}, ${answered}`;
    }
  }
}

function spanOf({ from, to }: { from: number; to: number | null }, end: number): string {
  const took = briefDuration((to ?? end) - from);
  return to === null ? text.timeline.running(took) : took;
}
