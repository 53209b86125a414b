// Owns how a job's state is shown (icon, word, colour), and which states are final. Owns no transition.
import {
  type Icon as CodexIcon,
  cdxIconAlert,
  cdxIconCancel,
  cdxIconClock,
  cdxIconError,
  cdxIconHelpNoticeFilled,
  cdxIconPlay,
  cdxIconStop,
  cdxIconSuccess,
  cdxIconUpdate,
} from '@wikimedia/codex-icons';
import type { JobState } from '../../generated/graphql.ts';
import { enumMsg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import './job-state.css';

interface Appearance {
  readonly icon: CodexIcon;
  readonly tone: 'subtle' | 'progressive' | 'success' | 'warning' | 'error';
  readonly ended: boolean;
}

const appearances: Readonly<Record<JobState, Appearance>> = {
  QUEUED: { icon: cdxIconClock, tone: 'subtle', ended: false },
  STARTING: { icon: cdxIconPlay, tone: 'progressive', ended: false },
  RUNNING: { icon: cdxIconPlay, tone: 'progressive', ended: false },
  WAITING: { icon: cdxIconHelpNoticeFilled, tone: 'warning', ended: false },
  STOPPING: { icon: cdxIconStop, tone: 'warning', ended: false },
  SUCCEEDED: { icon: cdxIconSuccess, tone: 'success', ended: true },
  FAILED: { icon: cdxIconError, tone: 'error', ended: true },
  STOPPED: { icon: cdxIconStop, tone: 'warning', ended: true },
  LOST: { icon: cdxIconAlert, tone: 'error', ended: true },
  CANCELLED: { icon: cdxIconCancel, tone: 'subtle', ended: true },
};
// A newer server may send states that this build does not know.
const unknown: Appearance = { icon: cdxIconUpdate, tone: 'subtle', ended: false };

function appearanceOf(state: JobState): Appearance {
  return appearances[state] ?? unknown;
}

/** Whether the state is final. */
export function hasEnded(state: JobState): boolean {
  return appearanceOf(state).ended;
}

/** The state as a chip. */
export function JobStateChip({ state }: { state: JobState }) {
  const { icon, tone } = appearanceOf(state);
  return (
    <span class={`job-state cdx-info-chip cdx-info-chip--${tone}`}>
      <Icon icon={icon} size="x-small" />
      <span class="cdx-info-chip__text">{enumMsg('job-state', state)}</span>
    </span>
  );
}
