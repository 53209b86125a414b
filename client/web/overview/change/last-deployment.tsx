// Owns the link from a merged change in the start form to the job that deployed or reverted it last. Owns no warning.
import { useQuery } from '@urql/preact';
import { msg } from '../../i18n/msg.ts';
import { richMsg } from '../../i18n/rich-msg.tsx';
import { Moment } from '../../parts/moment.tsx';
import { followLink, jobPath } from '../../route.ts';
import { LastDeploymentQuery } from './change-search.graphql.ts';

/** Renders nothing if no kept job has deployed the change: another tool may have. */
export function LastDeployment({ change }: { change: string }) {
  const [{ data }] = useQuery({ query: LastDeploymentQuery, variables: { change } });
  const job = data?.jobs.nodes[0];
  if (job === undefined || job.finishedAt === null) return null;
  return (
    <span class="hint">
      {richMsg(
        job.kind === 'REVERT' ? 'overview-change-reverted-by' : 'overview-change-deployed-by',
        <a href={jobPath(job.id)} onClick={followLink}>
          {msg('job-name', job.id)}
        </a>,
        <Moment iso={job.finishedAt} />,
      )}
    </span>
  );
}
