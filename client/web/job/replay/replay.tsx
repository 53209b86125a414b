// Owns the replay of an ended job: its log, stages and questions as they happened, with its controls. Owns no line (replay-log.ts) and no movement (playback.ts).
import { useClient } from '@urql/preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { harmless } from '../../../../schema/text/harmless.ts';
import { visibleText } from '../../../../schema/text/terminal-line.ts';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import type { LogLine } from '../../log/line/line.ts';
import { LogRangeQuery } from '../../log/log.graphql.ts';
import { ForeignLabel, ForeignName } from '../../parts/foreign-text.tsx';
import { Message } from '../../parts/message.tsx';
import { briefDuration, secondInUtc } from '../../state/time.ts';
import type { Stage } from '../stage/stage.ts';
import { positionAfter, type Speed, speedBeside, speeds } from './playback.ts';
import { ReplayLog, type ReplayView } from './replay-log.ts';
import './replay.css';

/** The interval of the playback, in milliseconds. */
const interval = 250;
/** The same for people who prefer reduced motion. */
const calmInterval = 1_000;
/** The step of the slider, in milliseconds. */
const sliderStep = 1_000;

/** Playback of a job, `start` to `end` in milliseconds since 1970. */
export function Replay({
  job,
  stages,
  start,
  end,
}: {
  job: JobDetailFragment;
  stages: readonly Stage[];
  start: number;
  end: number;
}) {
  const duration = Math.max(0, end - start);
  // A slider shows only whole steps, so its last one is the end.
  const last = Math.ceil(duration / sliderStep) * sliderStep;
  const [position, setPosition] = useState(0);
  const [speed, setSpeed] = useState<Speed>(10);
  const [skipsWaits, setSkipsWaits] = useState(false);
  const [isPlaying, setPlaying] = useState(false);
  const { view, problem } = useView(job, start + position);
  const plays = isPlaying && position < duration;
  usePlayback(plays, (elapsed) => {
    const next = view === null ? null : Math.min(duration, (view.nextAt ?? end) - start);
    setPosition((from) => positionAfter({ position: from, elapsed, speed, duration, next, skipsWaits }));
  });

  function toggle(): void {
    if (!plays && position >= duration) setPosition(0);
    setPlaying(!plays);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'k') toggle();
    else if (event.key === '>') setSpeed(speedBeside(speed, 1));
    else if (event.key === '<') setSpeed(speedBeside(speed, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of the controls inside, each of which can also be used itself
    <div class="replay" onKeyDown={onKeyDown}>
      <div class="replay__controls">
        <button type="button" class="cdx-button" onClick={toggle}>
          {msg(plays ? 'job-replay-pause' : 'job-replay-play')}
        </button>
        <label>
          {msg('job-replay-speed')}{' '}
          <select
            class="cdx-select"
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
        <span class="hint">{msg('job-replay-keys', 'k', '<', '>')}</span>
      </div>
      <input
        class="replay__slider"
        type="range"
        min={0}
        max={last}
        step={sliderStep}
        value={position >= duration ? last : position}
        aria-label={msg('job-replay-position')}
        aria-valuetext={msg(
          'job-replay-value',
          briefDuration(position),
          briefDuration(duration),
          secondInUtc(start + position),
        )}
        onInput={({ currentTarget }) => setPosition(Math.min(duration, Number(currentTarget.value)))}
      />
      <p class="replay__state">
        <span class="replay__time">
          {briefDuration(position)} / {briefDuration(duration)} · {secondInUtc(start + position)}
        </span>{' '}
        <Happening job={job} stages={stages} time={start + position} />
      </p>
      {problem && <Message tone="error">{msg('job-replay-failed')}</Message>}
      <ReplayLines view={view} />
    </div>
  );
}

/** The stage at a time, and the last question that was asked by then. */
function Happening({
  job,
  stages,
  time,
}: {
  job: JobDetailFragment;
  stages: readonly Stage[];
  time: number;
}) {
  const stage = stages.filter(({ from }) => from !== null && from <= time).at(-1);
  const asked = job.interactions
    .filter(({ askedAt }) => Date.parse(askedAt) <= time)
    .toSorted((one, other) => Date.parse(one.askedAt) - Date.parse(other.askedAt))
    .at(-1);
  const isAnswered = asked?.answeredAt != null && Date.parse(asked.answeredAt) <= time;
  const answer = asked?.choices.find(({ code }) => code === asked.answer)?.label ?? asked?.answer ?? '';
  return (
    <>
      {stage !== undefined && <strong>{enumMsg('job-stage', stage.name)}</strong>}
      {asked !== undefined && (
        <span class="replay__question">
          {msg('job-replay-asks')} <ForeignLabel>{asked.prompt}</ForeignLabel>{' '}
          {isAnswered ? (
            <>
              {msg('job-replay-answer')} <ForeignLabel>{answer}</ForeignLabel> (
              <ForeignName>{asked.answeredBy?.name ?? ''}</ForeignName>)
            </>
          ) : (
            msg('job-replay-waits')
          )}
        </span>
      )}
    </>
  );
}

function ReplayLines({ view }: { view: ReplayView | null }) {
  const box = useRef<HTMLElement>(null);
  // The newest line stays in view.
  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [view]);
  if (view === null) return <p class="hint">{msg('app-loading')}</p>;
  return (
    <>
      <p class="hint">{msg('job-replay-lines', view.count)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an element that scrolls must be reachable by keyboard */}
      <section ref={box} class="replay__lines" tabIndex={0} aria-label={msg('job-replay-log')} dir="ltr">
        {view.lines.map((line) => (
          <div key={line.number}>
            <bdi>{textOf(line)}</bdi>
          </div>
        ))}
      </section>
    </>
  );
}

/** Without colours: as a download without them. */
const textOf = ({ text }: LogLine): string =>
  text === null ? msg('job-replay-hidden') : harmless(visibleText(text));

/** Calls `advance` with the time that has passed, while it plays. */
function usePlayback(plays: boolean, advance: (elapsed: number) => void): void {
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

/** The log at a time. While one request is in flight, only the newest time waits for the next one. */
function useView(
  { id, logLineCount }: Pick<JobDetailFragment, 'id' | 'logLineCount'>,
  time: number,
): { readonly view: ReplayView | null; readonly problem: boolean } {
  const client = useClient();
  const log = useMemo(
    () =>
      new ReplayLog(logLineCount, async (after, first) => {
        const { data, error } = await client.query(LogRangeQuery, { jobId: id, after, first }).toPromise();
        if (data?.job == null) throw error ?? new Error('the job was removed');
        return data.job.log.lines;
      }),
    [client, id, logLineCount],
  );
  const [view, setView] = useState<ReplayView | null>(null);
  const [problem, setProblem] = useState(false);
  const wanted = useRef(time);
  const isBusy = useRef(false);
  wanted.current = time;
  useEffect(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    void (async () => {
      try {
        for (let shown: number | null = null; shown !== wanted.current; ) {
          shown = wanted.current;
          setView(await log.at(shown));
        }
        setProblem(false);
      } catch {
        setProblem(true);
      } finally {
        isBusy.current = false;
      }
    })();
  }, [log, time]);
  return { view, problem };
}
