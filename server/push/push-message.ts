// Owns what a message to a browser says. Pure. The service worker shows it (client/web/service-worker.ts).
import type { StoredEvent } from '../../schema/model/notification/event.ts';
import { beginningOf } from '../../schema/text/beginning.ts';
import { harmlessLabel } from '../../schema/text/harmless.ts';

/** What the service worker reads. */
export interface PushMessage {
  readonly title: string;
  readonly body: string;
  /** A later message with the same tag replaces this one. */
  readonly tag: string;
  /** The page that a click opens, below the base path. */
  readonly path: string;
}

/** The message for an event. It names no change: a title can reveal a security fix before it is deployed. */
export function pushMessage({
  kind,
  jobId,
  data,
}: Pick<StoredEvent, 'kind' | 'jobId' | 'data'>): PushMessage {
  const job = jobId ?? '';
  const place =
    jobId == null
      ? { tag: 'spiderpig-hold', path: '/' }
      : { tag: `spiderpig-job-${job}`, path: `/jobs/${job}` };
  const question = beginningOf(harmlessLabel(data.question?.text ?? ''), 200);
  switch (kind) {
    case 'question':
      return { ...place, title: `Job ${job} needs an answer`, body: question };
    case 'unanswered':
      return { ...place, title: `Nobody has answered job ${job}`, body: question };
    case 'handed_over': {
      const by = harmlessLabel(data.by ?? '');
      const to = harmlessLabel(data.handover?.to ?? '');
      const body =
        data.by === data.handover?.to ? `${by} has taken it over` : `${by} handed it over to ${to}`;
      return { ...place, title: `${to} is responsible for job ${job}`, body };
    }
    case 'quiet':
      return { ...place, title: `Quiet since the end of job ${job}`, body: '' };
    case 'errors_rose':
      return { ...place, title: `Errors rose after job ${job}`, body: data.errors?.text ?? '' };
    case 'held':
      return {
        ...place,
        title: 'Deployments are held',
        body: beginningOf(harmlessLabel(data.hold?.reason ?? ''), 200),
      };
    default:
      return {
        ...place,
        title: `Job ${job} has ended`,
        body: (data.job?.outcome ?? '').replaceAll('_', ' '),
      };
  }
}
