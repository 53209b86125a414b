// Owns the picture of a job's timeline: phases to scale, questions as waiting, stops and errors as ticks. Owns no item (log-outline.ts) and no scale (timeline-scale.ts).
import { useRef } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { splitPrompt } from '../job/interaction.ts';
import { useNow } from '../parts/clock.ts';
import { harmlessLabel } from '../parts/harmless.ts';
import { briefDuration, duration } from '../parts/time.ts';
import { lineTime, timeMode } from '../parts/time-mode.ts';
import { startOf, type Timeline, type TimelineItem } from './outline.ts';
import { scaleOf } from './timeline-scale.ts';

/** What would be narrower than this share of the whole is gathered in one part that says how many it stands for. */
const narrowest = 0.004;
/** Ticks have a width of their own: those of one kind that are nearer to each other than this are gathered. */
const nearest = 0.01;

/** Something to be drawn and gone to. Places are shares of the whole, 0 to 1. */
interface Part {
  readonly kind: TimelineItem['kind'];
  readonly from: number;
  readonly width: number;
  /** What stands in it where there is room. */
  readonly name: string;
  readonly label: string;
  readonly line: number | null;
  /** Drawn shorter than it lasted: a long wait for an answer. */
  readonly shortened: boolean;
}

export function TimelineBar({ timeline, onJump }: { timeline: Timeline; onJump: (line: number) => void }) {
  // One stop for Tab; the arrow keys go on from there.
  const bar = useRef<HTMLDivElement>(null);
  const now = useNow(timeline.to === null);
  const mode = timeMode.value;
  const parts = partsOf(timeline, timeline.to ?? now, (at) =>
    lineTime(new Date(at).toISOString(), timeline.from, mode),
  );
  if (parts.length === 0) return null;
  const first = parts.findIndex(({ line }) => line !== null);
  const move = (event: KeyboardEvent): void => {
    const buttons = [...(bar.current?.querySelectorAll<HTMLButtonElement>('button:enabled') ?? [])];
    const here = buttons.findIndex((button) => button.matches(':focus'));
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
      aria-label={msg('log-timeline-heading')}
      aria-description={msg('log-timeline-help')}
      onKeyDown={move}
    >
      {parts.map((part, index) => (
        <button
          key={`${part.kind}${part.from}${part.line}`}
          type="button"
          class={`timeline__part timeline__part--${part.kind}${part.shortened ? ' timeline__part--shortened' : ''}`}
          style={{ left: `${100 * part.from}%`, width: `${100 * part.width}%` }}
          tabIndex={index === first ? 0 : -1}
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

/**
 * What is drawn of a timeline that reaches to `end`, milliseconds since 1970; in the order in which it is walked through. Bounded.
 * @param write writes a moment, milliseconds since 1970
 */
export function partsOf(timeline: Timeline, end: number, write: (at: number) => string): readonly Part[] {
  const scale = scaleOf(timeline, end);
  const parts: Part[] = [];
  const latest = new Map<Part['kind'], { index: number; count: number; began: string }>();
  for (const item of timeline.items) {
    const { kind, line } = item;
    const place = scale.placeOf(startOf(item));
    const width = 'at' in item ? 0 : scale.placeOf(item.to ?? end) - place;
    const before = latest.get(kind);
    const drawn = before === undefined ? undefined : parts[before.index];
    if (before !== undefined && drawn !== undefined) {
      const together = Math.max(drawn.width, place + width - drawn.from);
      if (together < ('at' in item ? nearest : narrowest)) {
        before.count++;
        const label = `${several(kind, before.count)}, ${before.began}`;
        // A tick stays where it is; a part grows by what it stands for.
        parts[before.index] = { ...drawn, width: 'at' in item ? 0 : together, name: '', label };
        continue;
      }
    }
    const began = write(startOf(item));
    latest.set(kind, { index: parts.length, count: 1, began });
    const shortened = kind === 'question' && scale.isShortened(startOf(item));
    const name = 'at' in item ? '' : nameOf(item, end, shortened);
    parts.push({
      kind,
      from: place,
      width,
      name,
      label: labelOf(item, began, end, shortened),
      line,
      shortened,
    });
  }
  return parts;
}

function several(kind: Part['kind'], count: number): string {
  const keys = {
    phase: 'log-timeline-phases',
    question: 'log-timeline-questions',
    stop: 'log-timeline-stops',
    error: 'log-timeline-errors',
  } as const;
  return msg(keys[kind], count);
}

function nameOf(item: Extract<TimelineItem, { from: number }>, end: number, shortened: boolean): string {
  if (item.kind === 'phase') return harmlessLabel(item.title);
  const waited = (item.to ?? end) - item.from;
  return msg('log-timeline-waiting', shortened ? duration(waited) : briefDuration(waited));
}

function labelOf(item: TimelineItem, at: string, end: number, shortened: boolean): string {
  switch (item.kind) {
    case 'stop':
      return `${msg('log-timeline-stop', harmlessLabel(item.by))}, ${at}`;
    case 'error':
      return `${msg('log-timeline-error', harmlessLabel(item.title))}, ${at}`;
    case 'phase':
      return msg('log-timeline-part', harmlessLabel(item.title), at, spanOf(item, end));
    case 'question': {
      const asked = msg('log-timeline-asked', harmlessLabel(splitPrompt(item.title).question));
      const answered =
        item.by !== null
          ? msg('log-timeline-answered-by', harmlessLabel(item.by))
          : item.to === null
            ? msg('log-timeline-waits')
            : msg('log-timeline-unanswered');
      const span = shortened ? msg('log-timeline-shortened', spanOf(item, end)) : spanOf(item, end);
      return `${msg('log-timeline-part', asked, at, span)}, ${answered}`;
    }
  }
}

function spanOf({ from, to }: { from: number; to: number | null }, end: number): string {
  const took = briefDuration((to ?? end) - from);
  return to === null ? msg('log-timeline-running', took) : took;
}
