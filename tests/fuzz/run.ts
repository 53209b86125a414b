// Owns a run of the fuzzer: the kinds of random input that it sends to a real server, and what must hold for all of them.
import { Random } from '../crash/random.ts';
import { watchBlocking } from '../support/blocking.ts';
import { keptMegabytes } from '../support/kept-memory.ts';
import { changeInputPart } from './change-input.ts';
import { claimPart } from './claim.ts';
import { edgePart } from './edge.ts';
import { backupPart, configurationPart } from './file.ts';
import { framePart } from './frame.ts';
import { gerritPart } from './gerrit.ts';
import { operationPart } from './operation.ts';
import { passkeyPart } from './passkey.ts';
import { signInPart } from './sign-in.ts';
import { servicePart } from './upstream.ts';
import { answerLimit, type FuzzWorld, openFuzzWorld, type Part } from './world.ts';

/** How much memory a part may add to what is kept, in MiB, however long it is. */
const largestGrowth = 100;

export const parts: readonly Part[] = [
  operationPart,
  edgePart,
  framePart,
  changeInputPart,
  gerritPart,
  claimPart,
  signInPart,
  passkeyPart,
  servicePart,
  configurationPart,
  backupPart,
];

/** How a part went. */
export interface PartResult {
  readonly name: string;
  readonly rounds: number;
  /** What did not hold. */
  readonly violations: readonly string[];
  /** The CPU time of the longest turn of the event loop, in milliseconds, see {@link watchBlocking}. The clients and the other services share the thread. */
  readonly longestTurn: number;
  /** How much more this process keeps in memory than before, in MiB. */
  readonly growth: number;
  /** Which checks the input has reached, where the part knows that. */
  readonly reached: readonly string[];
}

/** What must not be in an answer; null if nothing is wrong. */
function violationIn(answer: string): string | null {
  if (/^500 |^HTTP\/1\.1 500/.test(answer)) return 'status 500';
  if (answer.includes('INTERNAL_SERVER_ERROR')) return 'INTERNAL_SERVER_ERROR';
  return null;
}

/** The line of the server's log that names a defect; null if none exists. It forgets the lines. */
function loggedDefect({ server }: FuzzWorld): string | null {
  const defect = server.logged.find((line) => /^\{"level":(?:50|60),/.test(line)) ?? null;
  server.logged.length = 0;
  return defect;
}

async function runPart(
  world: FuzzWorld,
  part: Part,
  random: Random,
  goesOn: (rounds: number) => boolean,
): Promise<PartResult> {
  const violations: string[] = [];
  const before = keptMegabytes();
  using watch = watchBlocking();
  let rounds = 0;
  while (goesOn(rounds)) {
    rounds++;
    const { sent, answer } = await part.send(world, random).catch((error: unknown) => ({
      sent: 'unknown',
      answer: `500 the request failed: ${String(error)}: ${String(Object(error).cause)}`,
    }));
    const defect = loggedDefect(world);
    const violation =
      violationIn(answer) ?? (defect === null ? null : `the server logged ${defect.slice(0, 1_000)}`);
    if (violation !== null)
      violations.push(
        `${part.name}, round ${rounds}: ${violation}: ${sent.slice(0, 1_000)} → ${answer.slice(0, 500)}`,
      );
  }
  const alive = await fetch(`${world.server.url}/healthz`, { signal: AbortSignal.timeout(answerLimit) });
  if (alive.status !== 200) violations.push(`${part.name}: afterwards the server answers ${alive.status}`);
  const growth = keptMegabytes() - before;
  if (growth > largestGrowth) violations.push(`${part.name}: ${growth} MiB more are kept`);
  return {
    name: part.name,
    rounds,
    violations,
    longestTurn: watch.longest(),
    growth,
    reached: part.reached?.(world) ?? [],
  };
}

/** How long each part runs: that many rounds, or that many seconds. */
export type Extent = { readonly rounds: number } | { readonly seconds: number };

/** How many rounds a part has where the others have `rounds`. */
export const roundsOf = ({ isSlow }: Part, rounds: number): number =>
  isSlow === true ? Math.ceil(rounds / 10) : rounds;

/** Runs the parts one after another against one server. The same seed sends the same input. */
export async function* fuzz(
  seed: string,
  extent: Extent,
  chosen: readonly Part[] = parts,
): AsyncGenerator<PartResult, void> {
  await using world = await openFuzzWorld();
  for (const part of chosen) {
    const end = 'seconds' in extent ? performance.now() + extent.seconds * 1_000 : Number.POSITIVE_INFINITY;
    const rounds = 'rounds' in extent ? roundsOf(part, extent.rounds) : Number.POSITIVE_INFINITY;
    yield await runPart(
      world,
      part,
      new Random(`${seed} ${part.name}`),
      (done) => done < rounds && performance.now() < end,
    );
  }
}
