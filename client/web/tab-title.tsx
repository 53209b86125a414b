// Owns the title and the icon of the browser tab, which show an open question in a tab that is not visible.
import { useEffect } from 'preact/hooks';
import type { JobState } from '../generated/graphql.ts';
import favicon from './favicon.svg';
import faviconAsks from './favicon-asks.svg';
import { enumMsg, msg } from './i18n/msg.ts';
import type { Route } from './route.ts';

/** @param asks whether a job waits for an answer */
export function TabTitle({ title, asks }: { title: string; asks: boolean }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector('link[rel="icon"]');
    if (link instanceof HTMLLinkElement) link.href = asks ? faviconAsks : favicon;
  }, [asks]);
  return null;
}

/**
 * The title for a page of a signed-in user. A job that waits for an answer comes first, on every page.
 * @param job the job that the page shows, or null
 * @param waiting the id of an active job that waits for an answer, or null
 */
export function titleOf(
  page: Route['page'],
  job: { readonly id: string; readonly state: JobState } | null,
  waiting: string | null,
): string {
  if (job?.state === 'WAITING') return msg('app-title-waits', job.id);
  if (waiting !== null) return msg('app-title-waits', waiting);
  switch (page) {
    case 'job':
      return job === null
        ? msg('app-title-overview')
        : msg('app-title-job', job.id, enumMsg('job-state', job.state));
    case 'account':
      return msg('app-title-page', msg('app-heading-account'));
    case 'device':
      return msg('app-title-page', msg('app-heading-device'));
    case 'admin':
      return msg('app-title-page', msg('app-title-admin'));
    case 'statistics':
      return msg('app-title-page', msg('app-title-statistics'));
    case 'train':
      return msg('app-title-page', msg('app-heading-train'));
    case 'errors':
      return msg('app-title-page', msg('health-errors-heading'));
    case 'notFound':
      return msg('app-title-page', msg('app-title-not-found'));
    default:
      return msg('app-title-overview');
  }
}
