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
  cdxIconSubtract,
  cdxIconSuccess,
  cdxIconUndo,
  cdxIconUpdate,
} from '@wikimedia/codex-icons';
import type { JobOutcome, JobState } from '../../../generated/graphql.ts';
import { enumMsg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
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

/** What an outcome shows instead of the state, which follows from the exit alone: a declined job has exit status 0 too. */
const outcomes: Readonly<Partial<Record<JobOutcome, Appearance>>> = {
  DEPLOYED_WITH_ERRORS: { icon: cdxIconAlert, tone: 'warning' },
  ROLLED_BACK: { icon: cdxIconUndo, tone: 'warning' },
  DECLINED: { icon: cdxIconCancel, tone: 'subtle' },
  NOTHING_TO_DO: { icon: cdxIconSubtract, tone: 'subtle' },
};

/** The state as a chip, or the outcome where that says more. @param outcome null until the job has ended */
export function JobStateChip({ state, outcome }: { state: JobState; outcome: JobOutcome | null }) {
  const { icon, tone } = appearanceOf(state, outcome);
  return (
    <span class={`job-state cdx-info-chip cdx-info-chip--${tone}`}>
      <Icon icon={icon} size="x-small" />
      <span class="cdx-info-chip__text">{stateInWords(state, outcome)}</span>
    </span>
  );
}

/** The same as an icon, whose word is for screen readers and a title: for lists in which most jobs have simply succeeded. */
export function JobStateIcon({ state, outcome }: { state: JobState; outcome: JobOutcome | null }) {
  const { icon, tone } = appearanceOf(state, outcome);
  const words = stateInWords(state, outcome);
  return (
    <span class={`job-state-icon job-state-icon--${tone}`} title={words}>
      <Icon icon={icon} size="small" />
      <span class="visually-hidden">{words}</span>
    </span>
  );
}

/** The same as a word, coloured by its tone. */
export function JobStateWord({ state, outcome }: { state: JobState; outcome: JobOutcome | null }) {
  return (
    <span class={`job-state cdx-info-chip cdx-info-chip--${appearanceOf(state, outcome).tone}`}>
      <span class="cdx-info-chip__text">{stateInWords(state, outcome)}</span>
    </span>
  );
}

const appearanceOf = (state: JobState, outcome: JobOutcome | null): Appearance =>
  (outcome === null ? undefined : outcomes[outcome]) ?? appearances[state] ?? unknown;

/** The word of the chip. */
function stateInWords(state: JobState, outcome: JobOutcome | null): string {
  return outcome === null || outcomes[outcome] === undefined
    ? enumMsg('job-state', state)
    : enumMsg('job-outcome', outcome);
}
