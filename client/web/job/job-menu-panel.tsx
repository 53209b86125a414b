// Owns the content of the menu of a job. Its code is loaded when the menu is opened. Owns none of the actions.
import { cdxIconDownload } from '@wikimedia/codex-icons';
import { useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { DownloadLink } from '../parts/download-link.tsx';
import { Icon } from '../parts/icon.tsx';
import { jobPath, rawLogPath } from '../route.ts';
import { isNarrow } from '../state/narrow.ts';
import type { ReportKind } from './ending/report.ts';
import { JobAction } from './stop/job-action.tsx';

export function JobMenuPanel({
  job,
  mayAct,
  report,
}: {
  job: JobDetailFragment;
  mayAct: boolean | null;
  /** Makes the report of the job in one of its forms. */
  report: (kind: ReportKind) => Promise<string>;
}) {
  // As long as the menu is open: turning the phone must not remove the dialog of the action.
  const [hasAction] = useState(isNarrow.value);
  return (
    <div class="popup__panel--actions">
      {hasAction && !job.ended && (
        <>
          <JobAction job={job} mayAct={mayAct} />
          <hr />
        </>
      )}
      <CopyButton
        text={msg('job-menu-link')}
        label={msg('job-menu-copy-link')}
        words={() => new URL(jobPath(job.id), location.href).href}
      />
      <CopyButton
        text={msg('job-report-markdown')}
        label={msg('job-report-markdown-label')}
        words={() => report('markdown')}
      />
      <CopyButton
        text={msg('job-report-wiki')}
        label={msg('job-report-wiki-label')}
        words={() => report('wiki')}
      />
      {job.ended && (
        <CopyButton
          text={msg('job-report-log-button')}
          label={msg('job-report-log-label')}
          words={() => report('log')}
        />
      )}
      {job.logLineCount > 0 && (
        <DownloadLink
          class="cdx-button cdx-button--fake-button cdx-button--fake-button--enabled"
          href={`${rawLogPath(job.id)}?colours=no`}
        >
          <Icon icon={cdxIconDownload} />
          {msg('job-menu-download')}
        </DownloadLink>
      )}
    </div>
  );
}
