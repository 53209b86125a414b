// Owns the title and the icon of the browser tab, which show an open question, or how far a job is, in a tab that is not visible.
import { useEffect } from 'preact/hooks';
import type { JobDetailFragment } from '../generated/graphql.ts';
import favicon from './favicon.svg';
import faviconAsks from './favicon-asks.svg';
import { enumMsg, msg } from './i18n/msg.ts';
import type { Route } from './route.ts';
import type { IconMark } from './tab-icon.ts';

/** What the tab shows of a job. */
type TabJob = Pick<JobDetailFragment, 'id' | 'state' | 'ended' | 'outcome' | 'progress'>;

/** @param mark what the icon says: that a job asks, how far it is, how it has ended; null if nothing */
export function TabTitle({ title, mark }: { title: string; mark: 'asks' | IconMark | null }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (mark === null || mark === 'asks') {
      setIcon(mark === null ? favicon : faviconAsks);
      return;
    }
    let isNewest = true;
    import('./tab-icon.ts')
      .then(({ iconWith }) => iconWith(mark))
      .then(
        (icon) => isNewest && setIcon(icon),
        // Without a connection. The icon must not say that a job still asks; why there is no mark, the page says.
        () => isNewest && setIcon(favicon),
      );
    return () => {
      isNewest = false;
    };
  }, [mark]);
  return null;
}

function setIcon(address: string): void {
  const link = document.querySelector('link[rel="icon"]');
  if (link instanceof HTMLLinkElement) link.href = address;
}

/** By how much, in percent, the icon changes in one step. */
const iconStep = 5;

/** What the icon says about the job that the page shows, or about a question of another one. @param waiting whether an active job waits for an answer */
export function markOf(job: TabJob | null, waiting: boolean): 'asks' | IconMark | null {
  if (waiting || job?.state === 'WAITING') return 'asks';
  if (job === null) return null;
  if (job.ended) return endMarkOf(job);
  const percent = percentOf(job);
  return percent === null ? null : Math.floor(percent / iconStep) * iconStep;
}

/** Null if nothing was deployed, and nothing is wrong. */
function endMarkOf({ outcome }: TabJob): IconMark | null {
  switch (outcome) {
    case 'DEPLOYED':
      return 'good';
    case 'DECLINED':
    case 'NOTHING_TO_DO':
    case 'CANCELLED':
    case null:
      return null;
    default:
      return 'bad';
  }
}

/** How far the current step is; null if it is not measured. */
const percentOf = ({ progress }: TabJob): number | null =>
  progress === null || progress.done ? null : Math.floor(Math.min(100, Math.max(0, progress.percent)));

/**
 * The title for a page of a signed-in user. A job that waits for an answer comes first, on every page.
 * @param job the job that the page shows, or null
 * @param waiting the id of an active job that waits for an answer, or null
 */
export function titleOf(place: Route, job: TabJob | null, waiting: string | null): string {
  if (job?.state === 'WAITING') return msg('app-title-waits', job.id);
  if (waiting !== null) return msg('app-title-waits', waiting);
  switch (place.page) {
    case 'job':
      return job === null ? msg('app-title-page', msg('job-name', place.id)) : jobTitle(job);
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
      return msg('app-title-page', msg('app-heading-errors'));
    case 'notFound':
      return msg('app-title-page', msg('app-title-not-found'));
    default:
      return msg('app-title-overview');
  }
}

/** `53 % · job 28 – SpiderPig`, `job 28 failed – SpiderPig`. Of an ended job it says the outcome, as the icon does. */
function jobTitle(job: TabJob): string {
  const percent = job.ended ? null : percentOf(job);
  return percent === null
    ? msg('app-title-job', job.id, stateInWords(job))
    : msg('app-title-progress', percent, job.id);
}

const stateInWords = ({ state, ended, outcome }: TabJob): string =>
  ended && outcome !== null ? enumMsg('job-outcome', outcome) : enumMsg('job-state', state);
