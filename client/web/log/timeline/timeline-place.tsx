// Owns the place of the timeline above the lines of a log, for those who opened it. The code of the timeline is loaded then. Owns no timeline (timeline-panel.tsx).
import { lazyPart } from '../../parts/lazy-page.tsx';
import { timelineId, timelineOpen } from './timeline-choice.ts';
import type { TimelinePanelProps } from './timeline-panel.tsx';
import './timeline-place.css';

const TimelinePanel = lazyPart(async () => (await import('./timeline-panel.tsx')).TimelinePanel);

export const preloadTimeline = TimelinePanel.preload;
export const preloadTimelineLater = TimelinePanel.preloadLater;

export function TimelinePlace(props: TimelinePanelProps) {
  if (!timelineOpen.value || props.job.startedAt === null) return null;
  return (
    <div class="log-guide" id={timelineId}>
      <TimelinePanel {...props} />
    </div>
  );
}
