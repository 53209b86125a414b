// Owns the buttons that copy the report of a job. Owns no report (job-report.ts).
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { jobPath } from '../../route.ts';
import type { Stage } from '../stage/stage.ts';
import { jobReport, logEntry } from './job-report.ts';

export function JobReportButtons({ job, stages }: { job: JobDetailFragment; stages: readonly Stage[] }) {
  const url = new URL(jobPath(job.id), location.href).href;
  return (
    <>
      <CopyButton
        text={msg('job-report-markdown')}
        label={msg('job-report-markdown-label')}
        words={() => jobReport(job, stages, url, 'markdown')}
      />
      <CopyButton
        text={msg('job-report-wiki')}
        label={msg('job-report-wiki-label')}
        words={() => jobReport(job, stages, url, 'wiki')}
      />
      <CopyButton
        text={msg('job-report-log-button')}
        label={msg('job-report-log-label')}
        words={() => logEntry(job)}
      />
    </>
  );
}
