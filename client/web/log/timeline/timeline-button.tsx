// Owns the button that opens the timeline of a job, with what the timeline adds to the stages: the whole time, and how much of it scap waited. Owns no choice (timeline-choice.ts).
import { cdxIconCollapse, cdxIconExpand } from '@wikimedia/codex-icons';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { useNow } from '../../state/clock.ts';
import { briefDuration } from '../../state/time.ts';
import { msg } from '../messages.ts';
import type { TimelineJob } from './timeline.ts';
import { timelineId, timelineOpen, toggleTimeline } from './timeline-choice.ts';
import { preloadTimeline, preloadTimelineLater } from './timeline-place.tsx';
import './timeline-button.css';

/** A shorter wait, in milliseconds, is not worth a word. */
const shortWait = 10_000;

/** How long scap has waited for answers, in milliseconds. Pure. @param now when an open question has waited until */
function waitOf(questions: TimelineJob['interactions'], now: number): number {
  return questions.reduce((sum, { askedAt, answeredAt }) => {
    const to = answeredAt === null ? now : Date.parse(answeredAt);
    return sum + Math.max(0, to - Date.parse(askedAt));
  }, 0);
}

/** Renders nothing before the job has started. */
export function TimelineButton({ job }: { job: TimelineJob }) {
  const { startedAt, finishedAt, interactions } = job;
  const clock = useNow(startedAt !== null && finishedAt === null);
  useEffect(preloadTimelineLater, []);
  if (startedAt === null) return null;
  const to = finishedAt === null ? clock : Date.parse(finishedAt);
  const wait = waitOf(interactions, to);
  const open = timelineOpen.value;
  return (
    <button
      type="button"
      class="timeline-button cdx-button cdx-button--weight-quiet"
      aria-expanded={open}
      aria-controls={timelineId}
      onPointerEnter={preloadTimeline}
      onClick={toggleTimeline}
    >
      <Icon icon={open ? cdxIconCollapse : cdxIconExpand} size="x-small" />
      {msg('log-timeline-button', briefDuration(to - Date.parse(startedAt)))}
      {wait >= shortWait && (
        <span class="timeline-button__wait">{msg('log-timeline-button-wait', briefDuration(wait))}</span>
      )}
    </button>
  );
}
