// Owns the timeline of a job as a slider: what happened when, and moving to a time. Owns no playback (job/replay).
import { useMemo } from 'preact/hooks';
import { briefDuration } from '../../state/time.ts';
import type { Timeline } from './timeline.ts';
import { lookOf, nameLookOf } from './timeline-look.ts';
import { partsOf } from './timeline-part.ts';
import { scaleOf } from './timeline-scale.ts';
import './timeline-slider.css';

/** How many places the slider has. */
const places = 10_000;
/** How far an arrow key moves, and Page Up or Page Down, in milliseconds of the job. */
const arrowStep = 5_000;
const pageStep = 60_000;

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -arrowStep,
  ArrowDown: -arrowStep,
  ArrowRight: arrowStep,
  ArrowUp: arrowStep,
  PageDown: -pageStep,
  PageUp: pageStep,
};

/** How far a key moves on the slider, in milliseconds; null if it does not move. */
export const stepOf = (key: string): number | null =>
  Object.hasOwn(steps, key) ? (steps[key] ?? null) : null;

/**
 * Times are milliseconds since 1970.
 * @param end when the timeline ends @param words the time as text, for screen readers @param onMove called with the time to move to, from the
 * start to the end of the timeline
 */
export function TimelineSlider({
  timeline,
  end,
  at,
  label,
  words,
  onMove,
}: {
  timeline: Timeline;
  end: number;
  at: number;
  label: string;
  words: string;
  onMove: (at: number) => void;
}) {
  const scale = useMemo(() => scaleOf(timeline, end), [timeline, end]);
  const parts = useMemo(
    () => partsOf(timeline, end, (time) => briefDuration(time - timeline.from)),
    [timeline, end],
  );
  const move = (to: number): void => onMove(Math.max(timeline.from, Math.min(end, to)));
  return (
    <div class="timeline-slider">
      <div class="timeline" aria-hidden="true">
        {parts.map((part) => (
          <span key={`${part.kind}${part.from}${part.line}`} {...lookOf(part)}>
            <span {...nameLookOf(part)}>{part.name}</span>
          </span>
        ))}
      </div>
      <input
        class="timeline-slider__input"
        type="range"
        min={0}
        max={places}
        step={1}
        value={Math.round(scale.positionOf(at) * places)}
        aria-label={label}
        aria-valuetext={words}
        onInput={({ currentTarget: { valueAsNumber } }) =>
          move(valueAsNumber >= places ? end : scale.timeAt(valueAsNumber / places))
        }
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const step = stepOf(event.key);
          if (step === null) return;
          // The places are not to scale, so that an arrow key would move by different times.
          event.preventDefault();
          event.stopPropagation();
          move(at + step);
        }}
      />
    </div>
  );
}
