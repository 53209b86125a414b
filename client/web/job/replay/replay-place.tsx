// Owns the button that opens the replay of an ended job, whose code is loaded then. Owns no replay (replay.tsx).
import { useId, useState } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { lazyPart } from '../../parts/lazy-page.tsx';
import type { ReplayProps } from './replay.tsx';

const Replay = lazyPart(async () => (await import('./replay.tsx')).Replay);

/** Renders nothing for a job that runs, or that never started. */
export function ReplayPlace(props: ReplayProps) {
  const { job } = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  if (job.startedAt === null || job.finishedAt === null || job.logLineCount === 0) return null;
  return (
    <div>
      <button
        type="button"
        class="cdx-button cdx-button--weight-quiet"
        aria-expanded={isOpen}
        aria-controls={id}
        onPointerEnter={Replay.preload}
        onClick={() => setOpen(!isOpen)}
      >
        {msg('job-replay')}
      </button>
      <section id={id} aria-label={msg('job-replay')} hidden={!isOpen}>
        {isOpen && (
          <Replay {...props} start={Date.parse(job.startedAt)} finish={Date.parse(job.finishedAt)} />
        )}
      </section>
    </div>
  );
}
