import { expect, it } from 'vitest';
import { retry, revert } from './job.ts';
import type { Session } from './session.ts';

/** A session with a server that refuses because job 7 has not ended. */
function refusingSession(): Session {
  const message = 'Job 7 is still stopping. Wait until it has ended.';
  const refuse = async () => ({ __typename: 'JobNotEnded', code: 'JOB_NOT_ENDED', message });
  const session: unknown = {
    client: { retryJob: refuse, revertJob: refuse },
    signal: new AbortController().signal,
    onInterrupt() {},
  };
  return session as Session;
}

it.each([
  ['retry', retry],
  ['revert', revert],
] as const)(
  'spiderpig %s of a job that has not ended names the command that waits for the end',
  async (name, run) => {
    await expect(run(refusingSession(), { name, job: '7', key: null, watch: null })).rejects.toThrow(
      'Job 7 is still stopping. Wait until it has ended. `spiderpig watch 7` shows when it has.',
    );
  },
);
