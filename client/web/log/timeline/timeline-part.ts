// Owns the layout of a job's timeline: position, width and label of each part, with crowded parts merged. Pure. Owns no markup (timeline-bar.tsx) and no
// scale (timeline-scale.ts).
import { harmlessLabel, harmlessName } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import { briefDuration, duration } from '../../state/time.ts';
import { msg } from '../messages.ts';
import { startOf, type Timeline, type TimelineItem } from './timeline.ts';
import { scaleOf } from './timeline-scale.ts';

/** Phases or questions that together are narrower than this share of the timeline are merged into one part. */
const minWidth = 0.004;
/** Stops or errors closer to each other than this share of the timeline are merged, because their ticks have a fixed width. */
const minDistance = 0.01;

/** A part of the timeline. Positions and widths are shares of the whole, 0 to 1. */
export interface TimelinePart {
  readonly kind: TimelineItem['kind'];
  readonly from: number;
  /** 0 for a tick. */
  readonly width: number;
  /** What is written in the part if it is wide enough. The label contains it, for people who control the page by speech. */
  readonly name: string;
  /** The share of the part at its beginning that no later part covers, 0 to 1: its name is written there. */
  readonly visible: number;
  /** The complete description, for tooltip and screen reader. */
  readonly label: string;
  /** The line to jump to; null if not known (yet). */
  readonly line: number | null;
  /** Whether it is drawn shorter than to scale: a long wait for an answer. */
  readonly shortened: boolean;
}

/**
 * The parts of a timeline that ends at `end` (milliseconds since 1970), in the order of their start times. Their number is limited by merging.
 * @param formatTime formats a time in milliseconds since 1970
 */
export function partsOf(
  timeline: Timeline,
  end: number,
  formatTime: (at: number) => string,
): readonly TimelinePart[] {
  const scale = scaleOf(timeline, end);
  const parts: TimelinePart[] = [];
  /** The last part of each kind, and how many items are merged in it. */
  const lastOfKind = new Map<TimelineItem['kind'], { index: number; count: number; began: string }>();
  for (const item of timeline.items) {
    const { kind, line } = item;
    const isTick = 'at' in item;
    const from = scale.positionOf(startOf(item));
    const width = isTick ? 0 : scale.positionOf(item.to ?? end) - from;
    const last = lastOfKind.get(kind);
    const lastPart = last === undefined ? undefined : parts[last.index];
    if (last !== undefined && lastPart !== undefined) {
      const merged = Math.max(lastPart.width, from + width - lastPart.from);
      if (merged < (isTick ? minDistance : minWidth)) {
        last.count++;
        const label = `${mergedLabel(kind, last.count)}, ${last.began}`;
        parts[last.index] = { ...lastPart, width: isTick ? 0 : merged, name: '', label };
        continue;
      }
    }
    const began = formatTime(startOf(item));
    lastOfKind.set(kind, { index: parts.length, count: 1, began });
    const shortened = kind === 'question' && scale.isShortened(startOf(item));
    const name = isTick ? '' : nameOf(item, end, shortened);
    const label = labelOf(item, began, end, shortened);
    parts.push({ kind, from, width, name, visible: 1, label, line, shortened });
  }
  return parts.map((part, index) => ({ ...part, visible: visibleShare(part, parts.slice(index + 1)) }));
}

/** Questions are drawn over phases. @param later the parts after this one */
function visibleShare({ kind, from, width }: TimelinePart, later: readonly TimelinePart[]): number {
  if (kind !== 'phase' || width === 0) return 1;
  const cover = later.find((part) => part.kind === 'question' && part.from >= from);
  return cover === undefined ? 1 : Math.min(1, (cover.from - from) / width);
}

function mergedLabel(kind: TimelinePart['kind'], count: number): string {
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
  return formatDuration(item, end, shortened);
}

function labelOf(item: TimelineItem, at: string, end: number, shortened: boolean): string {
  switch (item.kind) {
    case 'stop':
      return `${msg('log-timeline-stop', harmlessName(item.by))}, ${at}`;
    case 'error':
      return `${msg('log-timeline-error', harmlessLabel(item.title))}, ${at}`;
    case 'phase':
      return msg('log-timeline-part', harmlessLabel(item.title), at, durationOf(item, end));
    case 'question': {
      const asked = msg('log-timeline-asked', harmlessLabel(questionText(item.title).question));
      const answered =
        item.by !== null
          ? msg('log-timeline-answered-by', harmlessName(item.by))
          : item.to === null
            ? msg('log-timeline-waits')
            : msg('log-timeline-unanswered');
      const lasted = shortened
        ? msg('log-timeline-shortened', durationOf(item, end, true))
        : durationOf(item, end);
      return `${msg('log-timeline-part', asked, at, lasted)}, ${answered}`;
    }
  }
}

interface Span {
  readonly from: number;
  /** Null if it lasts. */
  readonly to: number | null;
}

/** Long waits have units, because they are not drawn to scale. */
function formatDuration({ from, to }: Span, end: number, shortened: boolean): string {
  return (shortened ? duration : briefDuration)((to ?? end) - from);
}

function durationOf(period: Span, end: number, shortened = false): string {
  const formatted = formatDuration(period, end, shortened);
  return period.to === null ? msg('log-timeline-running', formatted) : formatted;
}
