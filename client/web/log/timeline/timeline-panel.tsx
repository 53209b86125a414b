// Owns the timeline of a job, from its marks to the bar. Its code is loaded when it is opened. Owns no part of the bar (timeline-bar.tsx).
import { useMemo } from 'preact/hooks';
import type { Mark } from '../mark/mark.ts';
import { type TimelineJob, timelineOf } from './timeline.ts';
import { TimelineBar } from './timeline-bar.tsx';

export interface TimelinePanelProps {
  readonly job: TimelineJob;
  readonly marks: readonly Mark[];
  /** Whether the marks are those of the whole log. */
  readonly complete: boolean;
  /** Called with the line of the part that was chosen. */
  readonly onJump: (line: number) => void;
}

export function TimelinePanel({ job, marks, complete, onJump }: TimelinePanelProps) {
  const timeline = useMemo(() => timelineOf(job, marks, complete), [job, marks, complete]);
  return timeline === null ? null : <TimelineBar timeline={timeline} onJump={onJump} />;
}
