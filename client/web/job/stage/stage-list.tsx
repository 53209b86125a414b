// Owns the row of a job's stages, each with its duration and a link to its first line. Owns no stage (stage.ts).
import {
  type Icon as CodexIcon,
  cdxIconError,
  cdxIconPlay,
  cdxIconStop,
  cdxIconSubtract,
  cdxIconSuccess,
} from '@wikimedia/codex-icons';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { useNow } from '../../state/clock.ts';
import { briefDuration } from '../../state/time.ts';
import type { Stage, StageState } from './stage.ts';
import { isLateAt } from './time-left.tsx';
import './stage-list.css';

const icons: Readonly<Record<StageState, CodexIcon>> = {
  passed: cdxIconSuccess,
  current: cdxIconPlay,
  failed: cdxIconError,
  ended: cdxIconStop,
  open: cdxIconSubtract,
};

/** Renders nothing for a job whose log names no stage. */
export function StageList({
  stages,
  usual,
  timeLeft,
}: {
  stages: readonly Stage[];
  /** How long stages usually take, where that is known. */
  usual: JobDetailFragment['stages'];
  timeLeft: JobDetailFragment['timeLeft'];
}) {
  const now = useNow(stages.some(({ state }) => state === 'current'));
  if (stages.length === 0) return null;
  return (
    <ol class="stages" aria-label={msg('job-stages')}>
      {stages.map((stage) => (
        <li
          key={stage.name}
          class={`stage stage--${stage.state}`}
          aria-current={stage.state === 'current' ? 'step' : undefined}
        >
          <Icon icon={icons[stage.state]} size="x-small" />
          <span class="visually-hidden">{enumMsg('job-stage-state', stage.state)}</span>{' '}
          <StageName stage={stage} />
          {stage.from !== null && (
            <span class="stage__duration" title={usualInWords(stage.name, usual)}>
              {briefDuration((stage.to ?? now) - stage.from)}
            </span>
          )}
          {stage.state === 'current' && isLateAt(timeLeft, now) && (
            <span class="time-left__late">{msg('job-late')}</span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** `step 3 of 5, “Test servers”`: the stage in which scap is; null if it is in none. */
export function stepInWords(stages: readonly Stage[]): string | null {
  const at = stages.findIndex(({ state }) => state === 'current');
  const stage = stages[at];
  if (stage === undefined) return null;
  return msg('job-question-step', at + 1, stages.length, enumMsg('job-stage', stage.name));
}

/** `usually 3:12, rarely more than 5:00`; undefined where there are too few comparable jobs. */
function usualInWords(name: Stage['name'], stages: JobDetailFragment['stages']): string | undefined {
  const usual = stages.find((each) => each.name.toLowerCase() === name)?.usual ?? null;
  if (usual === null) return undefined;
  return msg('job-stage-usual', briefDuration(usual.median * 1000), briefDuration(usual.p90 * 1000));
}

function StageName({ stage: { name, line } }: { stage: Stage }) {
  const words = enumMsg('job-stage', name);
  return line === null ? (
    <span class="stage__name">{words}</span>
  ) : (
    <a class="stage__name" href={`#L${line}`}>
      {words}
    </a>
  );
}
