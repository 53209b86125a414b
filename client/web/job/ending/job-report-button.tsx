// Owns the buttons of the card of an ended job that copy its report. The menu of the job has the other forms (job-menu-panel.tsx). Owns no report (report.ts).
import { useClient } from '@urql/preact';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import type { Stage } from '../stage/stage.ts';
import { reportOf } from './report.ts';

export function JobReportButtons({ job, stages }: { job: JobDetailFragment; stages: readonly Stage[] }) {
  const client = useClient();
  return (
    <>
      <CopyButton
        text={msg('job-report-markdown')}
        label={msg('job-report-markdown-label')}
        words={() => reportOf('markdown', job, stages, client)}
      />
      <CopyButton
        text={msg('job-report-log-button')}
        label={msg('job-report-log-label')}
        words={() => reportOf('log', job, stages, client)}
      />
    </>
  );
}
