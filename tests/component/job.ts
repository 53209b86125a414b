// Owns example jobs and questions for tests of the page. Owns no test.
import type { JobSummaryFragment, QuestionFragment } from '../../client/generated/graphql.ts';

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
    changes: [],
    status: null,
    progress: null,
    pendingInteraction: null,
    queuedAt: '2026-11-20T12:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    outcome: null,
    reason: null,
    retryOf: null,
    ...changes,
  };
}

/** An open question with the choices "Yes" (y, the default) and "No" (n). */
export function question(id: string, changes: Partial<QuestionFragment> = {}): QuestionFragment {
  return {
    id,
    kind: 'CHOICES',
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
    ...changes,
  };
}
