// Owns how the header shows whether a jobrunner is running, and which job is active.
import { cdxIconHelpNoticeFilled, cdxIconPlay } from '@wikimedia/codex-icons';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { msg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import { followLink, jobPath } from '../route.ts';
import type { System } from '../system.ts';

/** A job that waits for an answer comes before other active jobs. */
export function RunnerState({ system }: { system: System }) {
  const online = system.runners.some((runner) => runner.online);
  const job = system.activeJobs.find((each) => each.state === 'WAITING') ?? system.activeJobs[0];
  if (job === undefined) {
    return (
      <span
        class={online ? 'runner' : 'runner runner--none'}
        title={online ? msg('header-runner-label') : msg('header-runner-none-hint')}
      >
        {online ? msg('header-runner-idle') : msg('header-runner-none')}
      </span>
    );
  }
  const waits = job.state === 'WAITING';
  const words = waits
    ? msg('header-runner-waits', job.id)
    : job.state === 'STOPPING'
      ? msg('header-runner-stopping', job.id)
      : msg('header-runner-running', job.id);
  return (
    <a
      class={waits ? 'runner runner--waits' : 'runner runner--busy'}
      href={jobPath(job.id)}
      title={harmlessLabel(job.title)}
      onClick={followLink}
    >
      <Icon icon={waits ? cdxIconHelpNoticeFilled : cdxIconPlay} size="x-small" />
      <span class="runner__words">
        {words}
        {waits && <span class="runner__more"> {msg('header-runner-for-answer')}</span>}
      </span>
      {!online && <span class="runner--none">{`(${msg('header-runner-none')})`}</span>}
    </a>
  );
}
