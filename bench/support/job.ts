// Owns how the bench starts, follows and reads a job: through the public API only.
import type { World } from '../../tests/support/world.ts';

/** A change that the simulated Gerrit knows. */
const change = '1102340';

/** A line as the API returns it. */
export interface Line {
  readonly number: number;
  readonly kind: string;
  readonly text: string | null;
}

/** Starts a job; resolves with its number once the API has answered. */
export async function startJob(world: World, token: string): Promise<string> {
  const { startBackport } = await world.run<{ startBackport: { __typename: string; job?: { id: string } } }>(
    token,
    `mutation Start($input: StartBackportInput!) {
      startBackport(input: $input) { __typename ... on StartBackportSuccess { job { id } } }
    }`,
    { input: { changes: [change] } },
  );
  if (!startBackport.job) throw new Error(`the job was not started: ${startBackport.__typename}`);
  return startBackport.job.id;
}

/** Resolves when the job has ended. Throws unless it succeeded: the times of a failed job mean nothing. */
export async function jobEnded(world: World, token: string, id: string, signal: AbortSignal): Promise<void> {
  const updates = world.subscribe<{ jobUpdates: { state: string; reason: string | null } }>(
    token,
    'subscription Ended($id: ID) { jobUpdates(id: $id) { state reason } }',
    { id },
  );
  let last: { state: string; reason: string | null } | null = null;
  for await (const { jobUpdates } of updates) {
    signal.throwIfAborted();
    last = jobUpdates;
  }
  if (last?.state !== 'SUCCEEDED') throw new Error(`job ${id} ended as ${last?.state}: ${last?.reason}`);
}

/** scap's own lines of a job, at most 5,000. */
export async function outputOf(world: World, token: string, id: string): Promise<string[]> {
  const { job } = await world.run<{ job: { log: { lines: Line[] } } }>(
    token,
    'query Output($id: ID!) { job(id: $id) { log(first: 5000) { lines { number kind text } } } }',
    { id },
  );
  return job.log.lines.flatMap((line) => (line.kind === 'OUTPUT' && line.text !== null ? [line.text] : []));
}
