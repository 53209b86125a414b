// Owns what the page says of a job that was queued after its dialog or form was left. Owns no banner.
import { msg } from '../../i18n/msg.ts';

/** `Job 14 was queued.`, for `MutationOptions.late`. */
export const lateJob = ({
  job: { id },
}: {
  readonly job: { readonly id: string };
}): { words: string; jobId: string } => ({ words: msg('job-queued', id), jobId: id });
