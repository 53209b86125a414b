// Owns saying that a job was handed over. Owns no dialog (handover.tsx): the overview needs only these words.
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { ForeignLabel } from '../../parts/foreign-text.tsx';

/** `handed over to Jonas`; renders nothing while the owner is responsible. */
export function HandedOver({
  job: { owner, responsible },
}: {
  job: Pick<JobSummaryFragment, 'owner' | 'responsible'>;
}) {
  if (owner.id === responsible.id) return null;
  return (
    <>
      {' '}
      <ForeignLabel>{msg('job-handed-over', responsible.name)}</ForeignLabel>
    </>
  );
}
