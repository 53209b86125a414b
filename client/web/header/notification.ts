// Owns the notifications of the browser: for which jobs, what is worth one, and showing it. Owns no choice of the user (notification-choice.tsx).
import { signal } from '@preact/signals';
import type { Client } from '@urql/core';
import { useClient } from '@urql/preact';
import { useEffect, useRef } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { questionText } from '../../../schema/text/question-text.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { basePath } from '../base-path.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { go, jobPath } from '../route.ts';
import { readStored, storeValue } from '../state/browser-storage.ts';
import { EndedJobQuery, JobWatchSubscription } from './notification.graphql.ts';
import { playSound } from './sound.ts';

/** Which jobs the user is notified of. */
export const reaches = ['none', 'own', 'all'] as const;
export type Reach = (typeof reaches)[number];

const storageKey = 'spiderpig.notifications';
/** How long a question waits, in milliseconds, before the user is reminded of it. */
const reminderInterval = 5 * 60_000;

/** The choice of the user. It has no effect without the permission of the browser. */
export const reach = signal<Reach>(reaches.find((name) => name === readStored(storageKey)) ?? 'none');

/** Whether the user has chosen in this browser. */
export const hasChosenReach = signal(readStored(storageKey) !== null);

/** Whether messages arrive while no page is open (push.ts); null if not known yet. */
export const push = signal<boolean | null>(null);

/** Whether the page came over TLS or from this machine, which notifications need. */
export const isSecure = (): boolean => globalThis.isSecureContext === true;

/** Whether this browser can show notifications. */
export const canNotify = (): boolean => isSecure() && 'Notification' in globalThis;

/** Whether the user chose notifications that the browser no longer allows. */
export const isReachLapsed = (): boolean =>
  reach.value !== 'none' && canNotify() && Notification.permission !== 'granted';

/** Stores the choice, and asks the browser for permission if it needs one. Resolves to whether notifications will be shown. */
export async function chooseReach(next: Reach): Promise<boolean> {
  const granted = next === 'none' || (canNotify() && (await Notification.requestPermission()) === 'granted');
  reach.value = granted ? next : 'none';
  storeValue(storageKey, reach.value);
  hasChosenReach.value = true;
  return granted;
}

type WatchedJob = Pick<JobSummaryFragment, 'id' | 'responsible' | 'title' | 'pendingInteraction'>;

/**
 * What is worth a notification: a question, the end of a job, which is no longer among the active ones, or a job that was handed over to the
 * user.
 */
export type Occasion =
  | { readonly kind: 'handover'; readonly job: WatchedJob }
  | { readonly kind: 'question'; readonly job: WatchedJob }
  | { readonly kind: 'end'; readonly job: WatchedJob };

/** What happened between two states of the active jobs. Pure. @param viewer the name of the user */
export function occasionsBetween(
  before: readonly WatchedJob[],
  now: readonly WatchedJob[],
  chosen: Reach,
  viewer: string,
): readonly Occasion[] {
  const concerns = ({ responsible }: WatchedJob): boolean =>
    chosen === 'all' || (chosen === 'own' && responsible.name === viewer);
  const asked = now.filter(({ id, pendingInteraction }) => {
    const known = before.find((job) => job.id === id)?.pendingInteraction?.id;
    return pendingInteraction !== null && pendingInteraction.id !== known;
  });
  const ended = before.filter(({ id }) => !now.some((job) => job.id === id));
  const isMine = ({ responsible }: WatchedJob): boolean => responsible.name === viewer;
  const given = now.filter(
    (job) => isMine(job) && before.some((each) => each.id === job.id && !isMine(each)),
  );
  return [
    ...(chosen === 'none' ? [] : given).map((job) => ({ kind: 'handover', job }) as const),
    ...asked.filter(concerns).map((job) => ({ kind: 'question', job }) as const),
    ...ended.filter(concerns).map((job) => ({ kind: 'end', job }) as const),
  ];
}

/** The jobs whose question waits and that nobody handles. Pure. @param viewer the name of the user */
export const remindersOf = (
  jobs: readonly WatchedJob[],
  chosen: Reach,
  viewer: string,
): readonly WatchedJob[] =>
  occasionsBetween([], jobs, chosen, viewer)
    .map(({ job }) => job)
    .filter(({ pendingInteraction }) => pendingInteraction?.claimedBy === null);

/** Subscribes this browser for messages as the user chose, and again after each sign-in. The code for that is loaded when it is needed. */
function usePush(chosen: Reach, viewer: string | null): void {
  const client = useClient();
  useEffect(() => {
    const needed = chosen !== 'none' || readStored(`spiderpig.push${basePath()}`) !== null;
    if (viewer === null || !needed || !canNotify()) return;
    if (chosen !== 'none' && Notification.permission !== 'granted') return;
    void import('./push.ts')
      .then(({ applyPush }) => applyPush(client, chosen))
      .catch((error: unknown) => {
        // The push service of the browser cannot be reached, or the browser has none.
        console.debug('no messages while no page is open', error);
        return false;
      })
      .then((works) => {
        push.value = works;
      });
  }, [client, chosen, viewer]);
}

/** Notifies the user of what happens while they look elsewhere. @param jobs the active jobs; null while they are not known */
export function useNotifications(jobs: readonly JobSummaryFragment[] | null, viewer: string | null): void {
  const client = useClient();
  usePush(reach.value, viewer);
  const before = useRef<readonly JobSummaryFragment[] | null>(null);
  const watches = useRef(new Map<string, () => void>());
  const chosen = reach.value;
  useEffect(() => {
    const previous = before.current;
    before.current = jobs;
    if (previous === null || jobs === null || viewer === null) return;
    const heard = occasionsBetween(previous, jobs, chosen === 'none' ? 'own' : chosen, viewer);
    if (heard.some(({ kind }) => kind === 'question')) playSound();
    for (const { kind, job } of occasionsBetween(previous, jobs, chosen, viewer)) {
      if (kind === 'question') notifyOfQuestion(job);
      else if (kind === 'handover') show(placeOf(job), msg('header-notify-handover', job.id), job.title);
      else {
        watches.current.get(job.id)?.();
        watches.current.set(job.id, notifyOfErrors(client, job));
        void client.query(EndedJobQuery, { id: job.id }).then(({ data }) => {
          const { outcome, reason } = data?.job ?? { outcome: null, reason: null };
          const what = outcome === null ? msg('header-notify-ended') : enumMsg('job-outcome', outcome);
          show(placeOf(job), msg('header-notify-end', job.id, what), reason ?? job.title);
        });
      }
    }
  }, [client, jobs, viewer, chosen]);
  useEffect(() => {
    const running = watches.current;
    return () => {
      for (const stop of running.values()) stop();
    };
  }, []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (viewer === null) return;
      for (const job of remindersOf(before.current ?? [], reach.value, viewer)) notifyOfQuestion(job);
    }, reminderInterval);
    return () => clearInterval(timer);
  }, [viewer]);
}

/** Waits until the watch over errors after an ended job has a result, and notifies of it. Returns what stops the waiting. */
function notifyOfErrors(client: Client, job: WatchedJob): () => void {
  let isDone = false;
  const { unsubscribe } = client
    .subscription(JobWatchSubscription, { jobId: job.id })
    .subscribe(({ data }) => {
      const watch = data?.jobHealthUpdates.watch ?? null;
      if (isDone || watch === null || watch.state === 'WATCHING') return;
      isDone = true;
      if (watch.state === 'QUIET') show(placeOf(job), msg('header-notify-quiet', job.id), job.title);
      if (watch.state === 'ROSE') show(placeOf(job), msg('header-notify-rose', job.id), watch.text);
      // Not while the result is being sent.
      queueMicrotask(() => unsubscribe());
    });
  return unsubscribe;
}

function notifyOfQuestion(job: WatchedJob): void {
  if (job.pendingInteraction === null) return;
  const { question } = questionText(job.pendingInteraction.prompt);
  show(placeOf(job), msg('header-notify-question', job.id), question);
}

/** Notifies a user who chose notifications when deployments are held. @param hold the active hold, null without one, undefined while it is not known */
export function useHoldNotification(
  hold: { readonly id: string; readonly reason: string } | null | undefined,
): void {
  const before = useRef<string | null | undefined>(undefined);
  const id = hold === undefined ? undefined : (hold?.id ?? null);
  useEffect(() => {
    const isNew = before.current !== undefined && id != null && id !== before.current;
    before.current = id;
    if (isNew && hold && reach.value !== 'none')
      show({ tag: 'spiderpig-hold', path: '/' }, msg('header-notify-held'), hold.reason);
  }, [id]);
}

/** What a notification replaces, and which page it opens. */
interface Place {
  readonly tag: string;
  readonly path: string;
}

const placeOf = ({ id }: WatchedJob): Place => ({ tag: `spiderpig-job-${id}`, path: jobPath(id) });

/** Shows a notification, unless the user looks at the page. A later one with the same tag replaces it. */
function show({ tag, path }: Place, title: string, body: string): void {
  // The service worker shows the same.
  if (push.value === true) return;
  if (!canNotify() || Notification.permission !== 'granted' || document.hasFocus()) return;
  try {
    const notification = new Notification(title, { body: harmlessLabel(body), tag });
    notification.onclick = () => {
      notification.close();
      window.focus();
      go(path);
    };
  } catch (error) {
    // Chromium on Android shows notifications only through a service worker.
    console.debug('notification not shown', error);
  }
}
