// Owns how a job's state is shown (icon, word, colour).
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
}

const appearances: Readonly<Record<JobState, Appearance>> = {
  QUEUED: { icon: cdxIconClock, tone: 'subtle' },
  STARTING: { icon: cdxIconPlay, tone: 'progressive' },
  RUNNING: { icon: cdxIconPlay, tone: 'progressive' },
  WAITING: { icon: cdxIconHelpNoticeFilled, tone: 'warning' },
  STOPPING: { icon: cdxIconStop, tone: 'warning' },
  SUCCEEDED: { icon: cdxIconSuccess, tone: 'success' },
  FAILED: { icon: cdxIconError, tone: 'error' },
  STOPPED: { icon: cdxIconStop, tone: 'warning' },
  LOST: { icon: cdxIconAlert, tone: 'error' },
  CANCELLED: { icon: cdxIconCancel, tone: 'subtle' },
};
// A newer server may send states that this build does not know.
const unknown: Appearance = { icon: cdxIconUpdate, tone: 'subtle' };

function appearanceOf(state: JobState): Appearance {
  return appearances[state] ?? unknown;
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
