// Owns the timeline bar: parts as buttons, and moving between them by keyboard. Owns no item (timeline.ts) and no layout (timeline-part.ts).
import { useRef } from 'preact/hooks';
import { useNow } from '../../state/clock.ts';
import { lineTime, timeMode } from '../../state/time-mode.ts';
import { msg } from '../messages.ts';
import type { Timeline } from './timeline.ts';
import { lookOf, nameLookOf } from './timeline-look.ts';
import { partsOf } from './timeline-part.ts';

/** @param onJump called with the line of the part that was chosen */
export function TimelineBar({ timeline, onJump }: { timeline: Timeline; onJump: (line: number) => void }) {
  // A toolbar: Tab reaches one button, arrow keys move between them.
  const bar = useRef<HTMLDivElement>(null);
  const now = useNow(timeline.to === null);
  const mode = timeMode.value;
  const parts = partsOf(timeline, timeline.to ?? now, (at) =>
    lineTime(new Date(at).toISOString(), timeline.from, mode),
  );
  if (parts.length === 0) return null;
  const first = parts.findIndex(({ line }) => line !== null);
  return (
    <div
      ref={bar}
      class="timeline"
      // As the log below it, in every language.
      dir="ltr"
      role="toolbar"
      aria-label={msg('log-timeline-heading')}
      aria-description={msg('log-timeline-help')}
      onKeyDown={(event) => moveFocus(event, bar.current)}
    >
      {parts.map((part, index) => (
        <button
          key={`${part.kind}${part.from}${part.line}`}
          type="button"
          {...lookOf(part)}
          tabIndex={index === first ? 0 : -1}
          aria-label={part.label}
          title={part.label}
          disabled={part.line === null}
          onClick={() => part.line !== null && onJump(part.line)}
        >
          <span {...nameLookOf(part)}>{part.name}</span>
        </button>
      ))}
    </div>
  );
}

function moveFocus(event: KeyboardEvent, bar: HTMLElement | null): void {
  const buttons = [...(bar?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? [])];
  const focused = buttons.findIndex((button) => button.matches(':focus'));
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: focused + 1,
    ArrowLeft: focused - 1,
    Home: 0,
    End: buttons.length - 1,
  };
  const target = Object.hasOwn(targets, event.key) ? targets[event.key] : undefined;
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[Math.max(0, Math.min(buttons.length - 1, target))]?.focus();
}
