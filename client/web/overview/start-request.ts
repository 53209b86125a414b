// Owns the request that starts a backport, and what the server refused of it. Owns no field.
import { useRef, useState } from 'preact/hooks';
import { IdempotencyKey, type KeyStore, newIdempotencyKey } from '../../core/idempotency-key.ts';
import type { StartBackportInput, StartBackportMutation as StartResult } from '../../generated/graphql.ts';
import { type RefusalOf, useMutationRequest } from '../connection/mutation.ts';
import { msg } from '../i18n/msg.ts';
import { StartBackportMutation } from '../job/job.graphql.ts';
import { lateJob } from '../job/parts/late-job.ts';
import { readOfTab, storeForTab } from '../state/tab-storage.ts';

type Refusal = RefusalOf<StartResult['startBackport']>;

/** Why the last request started nothing. */
export interface StartProblem {
  readonly tone: 'warning' | 'error';
  readonly message: string;
  /** Why the changes may be started without being checked: Gerrit did not answer, or shows none of them; null if they may not. */
  readonly unverified: 'unavailable' | 'private' | null;
  /** Whether the same request can succeed later: it did not reach the server, or the server failed. */
  readonly repeatable: boolean;
}

export interface StartRequest {
  readonly sending: boolean;
  readonly problem: StartProblem | null;
  /** What the server found wrong with single changes, by the input as it was sent. */
  readonly rejected: ReadonlyMap<string, string>;
  /** Whether the form is still on the page. */
  readonly isShown: () => boolean;
  /** Resolves to the number of the new job, or to null if none was started. */
  readonly start: (input: Omit<StartBackportInput, 'idempotencyKey'>) => Promise<string | null>;
  /** Removes the problem. */
  readonly clearProblem: () => void;
  /** Removes what the server found wrong with single changes. */
  readonly clearRejected: () => void;
}

const none: ReadonlyMap<string, string> = new Map();

const storageKey = 'spiderpig.startKey';
/** After a reload of the page, the same changes are still the same request. */
const keyOfTab: KeyStore = {
  read: () => readOfTab(storageKey),
  write: (value) => storeForTab(storageKey, value),
};

export function useStartRequest(): StartRequest {
  const key = useRef<IdempotencyKey | null>(null);
  key.current ??= new IdempotencyKey(newIdempotencyKey, keyOfTab);
  const own = key.current;
  const [refusal, setRefusal] = useState<StartProblem | null>(null);
  const [rejected, setRejected] = useState(none);
  const request = useMutationRequest(StartBackportMutation, {
    select: (data) => data.startBackport,
    failed: (why) => msg('overview-start-failed', why),
    onRefusal: (refused) => {
      const problem = problemOf(refused);
      if (refused.__typename === 'InvalidChanges' && problem.unverified === null)
        setRejected(rejectedChanges(refused.problems));
      if (problem.unverified !== null || !isShownAtChange(refused)) setRefusal(problem);
      return null;
    },
    late: lateJob,
  });
  const failure: StartProblem | null =
    request.problem === null
      ? null
      : { tone: 'error', message: request.problem, unverified: null, repeatable: true };
  return {
    sending: request.sending,
    isShown: request.isShown,
    problem: refusal ?? failure,
    rejected,
    start: async (input) => {
      setRefusal(null);
      const success = await request.send({ input: { ...input, idempotencyKey: own.for(input) } });
      if (success === null) return null;
      own.succeeded();
      return success.job.id;
    },
    clearProblem: () => {
      setRefusal(null);
      request.clear();
    },
    clearRejected: () => setRejected(none),
  };
}

function rejectedChanges(problems: readonly { input: string; message: string }[]): Map<string, string> {
  return new Map(problems.map(({ input, message }) => [input, message]));
}

/** Whether a change already shows the message of the refusal. */
function isShownAtChange(refusal: Refusal): boolean {
  return (
    refusal.__typename === 'InvalidChanges' &&
    refusal.problems.some(({ input, message }) => input !== '' && message === refusal.message)
  );
}

function problemOf(refusal: Refusal): StartProblem {
  const { __typename, message } = refusal;
  const unverified =
    __typename === 'GerritUnavailable'
      ? 'unavailable'
      : __typename === 'InvalidChanges' && refusal.problems.every((each) => each.unverifiable)
        ? 'private'
        : null;
  const tone = unverified !== null || __typename === 'DeploymentsHeld' ? 'warning' : 'error';
  return { tone, message, unverified, repeatable: unverified === 'unavailable' };
}
