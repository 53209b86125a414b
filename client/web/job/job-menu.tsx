// Owns the menu of a job: on a phone what acts on the job, and everywhere its link, its log and its reports. The key c copies the report. Owns no report.
import { useClient } from '@urql/preact';
import { cdxIconEllipsis } from '@wikimedia/codex-icons';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-page.tsx';
import { Popup } from '../parts/popup.tsx';
import { isPageKey } from '../state/page-key.ts';
import { useStableCallback } from '../state/stable-callback.ts';
import { type ReportKind, reportOf } from './ending/report.ts';
import type { Stage } from './stage/stage.ts';
import './job-menu.css';

const JobMenuPanel = lazyPart(async () => (await import('./job-menu-panel.tsx')).JobMenuPanel);

/** What the head of a job's page and its menu show. */
export interface JobHeadProps {
  readonly job: JobDetailFragment;
  /** The stages of the job, for its report. */
  readonly stages: readonly Stage[];
  /** Whether the viewer may act on jobs; null while it is not known yet. */
  readonly mayAct: boolean | null;
}

export function JobMenu({ job, stages, mayAct }: JobHeadProps) {
  const client = useClient();
  // While the server still has it: it may be upgraded before the menu is opened.
  useEffect(JobMenuPanel.preloadLater, []);
  const report = (kind: ReportKind): Promise<string> => reportOf(kind, job, stages, client);
  const outcome = useReportKey(job.id, () => report('markdown'));
  return (
    <>
      <Popup
        class="job-menu"
        label={msg('job-menu', job.id)}
        face={<Icon icon={cdxIconEllipsis} />}
        hasTooltip
        onApproach={JobMenuPanel.preload}
      >
        {() => <JobMenuPanel job={job} mayAct={mayAct} report={report} />}
      </Popup>
      <div
        class={
          outcome === null
            ? 'visually-hidden'
            : `job-menu__outcome${outcome.copied ? '' : ' job-menu__outcome--failed'}`
        }
        role="status"
      >
        {/* A new element each time: the same words are announced again. */}
        {outcome !== null && <p key={outcome.count}>{outcome.words}</p>}
      </div>
    </>
  );
}

/** How long the outcome of a copy is shown, in milliseconds. */
const outcomeDuration = 4_000;

/** Whether the report was copied, as a sentence too. */
interface CopyOutcome {
  readonly copied: boolean;
  readonly words: string;
}

/** The key `c` copies the report from anywhere on the page. Returns the outcome for some seconds, and how many there were. */
function useReportKey(
  jobId: string,
  report: () => Promise<string>,
): (CopyOutcome & { readonly count: number }) | null {
  const [outcome, setOutcome] = useState<(CopyOutcome & { readonly count: number }) | null>(null);
  const count = useRef(0);
  const copy = useStableCallback(async (): Promise<void> => {
    const result = await copied(jobId, report);
    count.current++;
    setOutcome({ ...result, count: count.current });
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'c' || event.repeat || !isPageKey(event)) return;
      event.preventDefault();
      void copy();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [copy]);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), outcomeDuration);
    return () => clearTimeout(timer);
  }, [outcome]);
  return outcome;
}

/** Copies the report of a job, and says whether that worked. */
async function copied(jobId: string, report: () => Promise<string>): Promise<CopyOutcome> {
  let text: string;
  try {
    text = await report();
  } catch {
    return { copied: false, words: msg('job-menu-report-unread') };
  }
  try {
    await navigator.clipboard.writeText(text);
    return { copied: true, words: msg('job-menu-copied', jobId) };
  } catch {
    return { copied: false, words: msg('job-menu-not-copied') };
  }
}
