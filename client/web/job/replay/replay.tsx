// Owns the replay of an ended job: playback with its controls, on the timeline of the job. Owns no line (replay-lines.tsx), no event (replay-events.tsx) and no movement (playback.ts).
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import type { Mark } from '../../log/mark/mark.ts';
import { timelineOf } from '../../log/timeline/timeline.ts';
import { stepOf, TimelineSlider } from '../../log/timeline/timeline-slider.tsx';
import { Message } from '../../parts/message.tsx';
import { briefDuration, secondInUtc } from '../../state/time.ts';
import type { Stage } from '../stage/stage.ts';
import { positionAfter, type Speed, speedBeside, speeds } from './playback.ts';
import { ReplayEvents } from './replay-events.tsx';
import { ReplayLines } from './replay-lines.tsx';
import { useReplayLog } from './use-replay-log.ts';
import './replay.css';

/** The interval of the playback, in milliseconds. */
const interval = 250;
/** The same for people who prefer reduced motion. */
const calmInterval = 1_000;

export interface ReplayProps {
  readonly job: JobDetailFragment;
  readonly stages: readonly Stage[];
  readonly marks: readonly Mark[];
  /** The Gerrit that change IDs link to; null if they are not linked. */
  readonly gerritUrl: string | null;
}

/** @param start of the job @param finish its end; both are milliseconds since 1970 */
export function Replay({
  job,
  stages,
  marks,
  gerritUrl,
  start,
  finish,
}: ReplayProps & { start: number; finish: number }) {
  const [position, setPosition] = useState(0);
  const at = start + position;
  const { view, lastAt, problem } = useReplayLog(job, at);
  // Processes that remain after the end of scap can still print.
  const end = Math.max(start, finish, lastAt ?? 0);
  const duration = end - start;
  const playback = usePlayback({ position, setPosition, duration, nextAt: (view?.nextAt ?? end) - start });
  const timeline = useMemo(() => timelineOf(job, marks, true), [job, marks]);
  const seek = (to: number): void => setPosition(Math.max(0, Math.min(duration, to - start)));
  const [passed, whole, clock] = [briefDuration(position), briefDuration(duration), secondInUtc(at)];

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of the controls inside, each of which can also be used itself
    <div class="replay" onKeyDown={(event) => handleKey(event, playback, (step) => seek(at + step))}>
      <Controls playback={playback} />
      {timeline !== null && (
        <TimelineSlider
          timeline={timeline}
          end={end}
          at={at}
          label={msg('job-replay-position')}
          words={msg('job-replay-value', passed, whole, clock)}
          onMove={seek}
        />
      )}
      <div class="replay__state">
        <span class="replay__time">{msg('job-replay-time', passed, whole, clock)}</span>
        <ReplayEvents job={job} stages={stages} marks={marks} at={at} finish={finish} />
      </div>
      {problem && <Message tone="error">{msg('job-replay-failed')}</Message>}
      <ReplayLines view={view} start={start} gerritUrl={gerritUrl} />
    </div>
  );
}

/** Handles a key on an element that does not use it itself. @param move called with the milliseconds to move by */
function handleKey(
  event: KeyboardEvent,
  { toggle, speed, setSpeed }: Playback,
  move: (step: number) => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key, target } = event;
  const isControl = target instanceof Element && target.closest('button, a, select, input') !== null;
  const step = /^Arrow(Left|Right)$/.test(key) && !isField(target) ? stepOf(key) : null;
  if (key === 'k' || (key === ' ' && (!isControl || isSlider(target)))) toggle();
  else if (key === '>') setSpeed(speedBeside(speed, 1));
  else if (key === '<') setSpeed(speedBeside(speed, -1));
  else if (step !== null) move(step);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const isSlider = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.type === 'range';
/** Whether an element uses the arrow keys itself. */
const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement;

type Playback = ReturnType<typeof usePlayback>;

function Controls({
  playback: { plays, toggle, speed, setSpeed, skipsWaits, setSkipsWaits },
}: {
  playback: Playback;
}) {
  return (
    <div class="replay__controls">
      <button type="button" class="cdx-button" onClick={toggle}>
        {msg(plays ? 'job-replay-pause' : 'job-replay-play')}
      </button>
      <label>
        {msg('job-replay-speed')}{' '}
        <select
          class="cdx-select replay__speed"
          value={String(speed)}
          onChange={({ currentTarget }) =>
            setSpeed(speeds.find((each) => String(each) === currentTarget.value) ?? speed)
          }
        >
          {speeds.map((each) => (
            <option key={each} value={String(each)}>{`${each}×`}</option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={skipsWaits}
          onChange={({ currentTarget }) => setSkipsWaits(currentTarget.checked)}
        />{' '}
        {msg('job-replay-skip')}
      </label>
      <span class="hint">{msg('job-replay-keys', '<', '>')}</span>
    </div>
  );
}

/** The movement of the position while it plays. Positions are milliseconds since the start of the job. @param nextAt when the next line follows, or the job ends */
function usePlayback({
  position,
  setPosition,
  duration,
  nextAt,
}: {
  position: number;
  setPosition: (change: number | ((from: number) => number)) => void;
  duration: number;
  nextAt: number;
}) {
  const [speed, setSpeed] = useState<Speed>(10);
  const [skipsWaits, setSkipsWaits] = useState(false);
  const [isPlaying, setPlaying] = useState(false);
  const plays = isPlaying && position < duration;
  const next = Math.min(duration, nextAt);
  useTicks(plays, (elapsed) =>
    setPosition((from) => positionAfter({ position: from, elapsed, speed, duration, next, skipsWaits })),
  );
  const toggle = (): void => {
    if (!plays && position >= duration) setPosition(0);
    setPlaying(!plays);
  };
  return { plays, toggle, speed, setSpeed, skipsWaits, setSkipsWaits };
}

/** Calls `advance` with the time that has passed, while it plays. */
function useTicks(plays: boolean, advance: (elapsed: number) => void): void {
  const latest = useRef(advance);
  latest.current = advance;
  useEffect(() => {
    if (!plays) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let before = performance.now();
    const timer = setInterval(
      () => {
        const now = performance.now();
        latest.current(now - before);
        before = now;
      },
      isCalm ? calmInterval : interval,
    );
    return () => clearInterval(timer);
  }, [plays]);
}
