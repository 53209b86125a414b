// Owns example jobs and questions for tests of the page. Owns no test.
import type {
  JobDetailFragment,
  JobSummaryFragment,
  QuestionFragment,
} from '../../client/generated/graphql.ts';

/** The states of `Job.ended`. */
const endedStates: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'STOPPED', 'LOST', 'CANCELLED']);

/** A job as the overview shows it: it has succeeded, unless `changes` say otherwise. */
export function jobSummary(id: string, changes: Partial<JobSummaryFragment> = {}): JobSummaryFragment {
  return {
    id,
    state: 'SUCCEEDED',
    ended: endedStates.has(changes.state ?? 'SUCCEEDED'),
    kind: 'BACKPORT',
    lane: 'default',
    host: null,
    title: `Fix thumbnails ${id}`,
    owner: { id: '1', name: 'Amina' },
    responsible: { id: '1', name: 'Amina' },
    changes: [],
    status: null,
    progress: null,
    pendingInteraction: null,
    queuedAt: '2026-11-20T12:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    outcome: null,
    reason: null,
    lastError: null,
    retryOfJob: null,
    remaining: [],
    notRespondingSince: null,
    timeLeft: null,
    expectedStartAt: null,
    ...changes,
  };
}

/** Whether a backport with this outcome can be reverted. */
const isRevertible = (outcome: string): boolean =>
  ['DEPLOYED', 'DEPLOYED_WITH_ERRORS', 'ROLLED_BACK'].includes(outcome);

/** A job as its page shows it: it is deployed after 9 minutes, unless `changes` say otherwise. */
export function jobDetail(id: string, changes: Partial<JobDetailFragment> = {}): JobDetailFragment {
  return {
    ...jobSummary(id),
    startedAt: '2026-11-20T12:00:01.000Z',
    finishedAt: '2026-11-20T12:09:01.000Z',
    outcome: 'DEPLOYED',
    reason: 'Done. scap reported no errors.',
    interactions: [],
    firstInteraction: [],
    stops: [],
    canRetry: true,
    canRevert: isRevertible(changes.outcome ?? 'DEPLOYED'),
    exitStatus: 0,
    exitSignal: null,
    command: null,
    lastStatus: null,
    sameErrorBefore: null,
    behindSince: null,
    logLineCount: 0,
    stages: [],
    health: null,
    errorWatch: null,
    ...changes,
    changes: changes.changes ?? [changeDetail('1102340')],
  };
}

/** A change of mediawiki/core that is merged, unless `changes` say otherwise. */
export function changeDetail(
  number: string,
  changes: Partial<JobDetailFragment['changes'][number]> = {},
): JobDetailFragment['changes'][number] {
  return {
    number,
    url: `https://gerrit.example.org/c/mediawiki/core/+/${number}`,
    subject: `Fix thumbnails ${number}`,
    project: 'mediawiki/core',
    branch: 'wmf/1.46.0-wmf.3',
    owner: 'Jonas',
    status: 'MERGED',
    commitMessage: null,
    verified: true,
    ...changes,
  };
}

/** An open question with the choices "Yes" (y, the default) and "No" (n). */
export function question(id: string, changes: Partial<QuestionFragment> = {}): QuestionFragment {
  return {
    id,
    kind: 'CHOICES',
    key: null,
    prompt: 'Changes synced to the test servers.\n\nContinue with deployment?',
    choices: [
      { label: 'Yes', code: 'y' },
      { label: 'No', code: 'n' },
    ],
    default: 'y',
    askedAt: '2026-11-20T12:00:05.000Z',
    answer: null,
    answeredBy: null,
    answeredAt: null,
    delivery: null,
    lineNumber: null,
    claimedBy: null,
    claimedUntil: null,
    ...changes,
  };
}
