// Owns the invariants of a round, which hold for all injected faults. Pure: a record in, violations out.
import { hasEnded } from '../../schema/model/job/state.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import type { RoundRecord } from './round.ts';

export const violationKinds = [
  'lines lost',
  'lines duplicated',
  'jobs stuck',
  'jobs started twice',
  'answers lost',
  'answers duplicated',
  'two jobs in a lane',
  'wrong final states',
  'losses detected late',
  'processes left running',
  'times out of order',
] as const;
export type ViolationKind = (typeof violationKinds)[number];

export interface Violation {
  readonly kind: ViolationKind;
  /** The details. */
  readonly text: string;
}

/** The limit for detecting that a supervisor was killed, while a jobrunner is available, in milliseconds. */
const lossLimit = 10_000;

/**
 * The violations in a round. `observed` returns how long one jobrunner and the database were available without interruption between two
 * points in time (milliseconds since 1970).
 */
export function checkInvariants(
  record: RoundRecord,
  observed: (from: number, to: number) => number,
): Violation[] {
  const { job, waitingFor } = record;
  if (waitingFor !== null || !job || !hasEnded(job.state)) {
    const row = job ? `${job.state}, supervisor ${JSON.stringify(job.supervisor)}` : 'no row';
    return [{ kind: 'jobs stuck', text: `waits for ${waitingFor}: ${row}` }];
  }
  return [
    ...checkStart(record),
    ...checkEnding(record),
    ...checkLoss(record, observed),
    ...checkLog(record),
    ...checkAnswers(record),
    ...checkTimes(record),
  ];
}

const violationUnless = (holds: boolean, kind: ViolationKind, text: string): Violation[] =>
  holds ? [] : [{ kind, text }];

function checkStart({ events, leftOver }: RoundRecord): Violation[] {
  return [
    ...violationUnless(
      !events.has('started-again'),
      'jobs started twice',
      'its program was started a second time',
    ),
    ...violationUnless(
      !events.has('two-in-lane'),
      'two jobs in a lane',
      'its program found another program that is running',
    ),
    ...violationUnless(
      leftOver === 0,
      'processes left running',
      `${leftOver} of its processes were still running after its end`,
    ),
  ];
}

/** The final state follows from the events of the program, unless the job was stopped or its supervisor killed. */
function checkEnding(record: RoundRecord): Violation[] {
  const { job, plan, events, stops, supervisorKilledAt } = record;
  if (!job) return [];
  const { state, exitStatus, exitSignal } = job;
  const finished = events.has('end') && !events.has('interrupted');
  const byItself = finished && exitStatus === plan.status && exitSignal === null;
  const allowed: { readonly [state: string]: boolean } = {
    succeeded: byItself && plan.status === 0,
    failed: byItself && plan.status !== 0,
    cancelled: stops.length > 0 && !events.has('started'),
    stopped: stops.length > 0 && (byItself || isExpectedStop(record)),
    lost: supervisorKilledAt !== null,
  };
  const exit = `exit ${exitStatus ?? exitSignal}, the program noted ${[...events].join(', ') || 'nothing'}, planned ${plan.status}`;
  return violationUnless(allowed[state] ?? false, 'wrong final states', `${state} (${exit}): ${job.reason}`);
}

/** A single interrupt lets the program clean up. A second one, or a kill, may end it at any point. */
function isExpectedStop({ job, plan, events, stops }: RoundRecord): boolean {
  if (!events.has('started')) return job?.exitStatus === null;
  if (plan.stop?.how === 'INTERRUPT' && stops.length === 1)
    return events.has('interrupted') && job?.exitStatus === 130;
  return true;
}

function checkLoss(
  { job, supervisorKilledAt, endSeenAt }: RoundRecord,
  observed: (from: number, to: number) => number,
): Violation[] {
  if (job?.state !== 'lost' || supervisorKilledAt === null) return [];
  // The time in the row can be that of a clock that had jumped.
  const endedAt = Math.min(job.finishedAt ?? 0, endSeenAt ?? Number.POSITIVE_INFINITY);
  const delay = observed(supervisorKilledAt, endedAt);
  return violationUnless(
    delay <= lossLimit,
    'losses detected late',
    `${delay} ms after its supervisor was killed`,
  );
}

/** No event of a job is before its cause, although several processes note the times, by clocks that jump. */
function checkTimes({ job, interactions, stops }: RoundRecord): Violation[] {
  if (!job) return [];
  const { queuedAt, startedAt, finishedAt } = job;
  const chains = [
    { name: 'the job', times: [queuedAt, startedAt, finishedAt] },
    ...interactions.map(({ prompt, askedAt, answeredAt, deliveredAt }) => ({
      name: prompt,
      times: [startedAt, askedAt, answeredAt, deliveredAt, finishedAt],
    })),
    ...stops.map(({ id, requestedAt, handledAt }) => ({
      name: `stop ${id}`,
      times: [queuedAt, requestedAt, handledAt],
    })),
  ];
  return chains.flatMap(({ name, times }) => {
    const known = times.filter((time) => typeof time === 'number');
    const isOrdered = known.every((time, index) => index === 0 || time >= (known[index - 1] ?? 0));
    return violationUnless(isOrdered, 'times out of order', `${name}: ${times.join(', ')}`);
  });
}

/** The lines that a program printed, decoded as docs/protocol.md specifies. */
function linesOf(printed: Buffer): string[] {
  const lines = printed.toString('utf8').split('\n');
  // There is no line after the last newline.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The output lines of a log, with continued lines joined. `cut`: the last line is incomplete. */
function outputOf(log: readonly LogLine[]): { lines: string[]; cut: boolean } {
  const lines: string[] = [];
  let cut = false;
  for (const { kind, text, continues } of log) {
    if (kind !== 'output') continue;
    if (cut) lines.push(`${lines.pop()}${text}`);
    else lines.push(text);
    cut = continues;
  }
  return { lines, cut };
}

function checkLog(record: RoundRecord): Violation[] {
  const { log, followed, contiguous, printed, events, job } = record;
  const exits = log.filter(({ kind }) => kind === 'exit').map(({ text }) => text);
  const gap = log.findIndex(({ number }, index) => number !== index + 1);
  const different = log.findIndex((line, index) => {
    const received = followed[index];
    return (
      received?.number !== line.number ||
      received.text !== line.text ||
      received.continues !== line.continues ||
      received.kind.toLowerCase() !== line.kind
    );
  });
  const questions = log.filter(({ kind }) => kind === 'question').map(({ text }) => text);
  const cancelled = job?.state === 'cancelled';
  return [
    ...checkOutput(record),
    ...violationUnless(gap < 0, 'lines lost', `line ${gap + 1} of the log has number ${log[gap]?.number}`),
    ...violationUnless(
      different < 0 && followed.length <= log.length,
      followed.length > log.length ? 'lines duplicated' : 'lines lost',
      `a subscriber got ${followed.length} lines of ${log.length}; the first that differs is ${different + 1}`,
    ),
    ...violationUnless(
      contiguous,
      'lines duplicated',
      'a subscriber got a batch that does not begin after its cursor',
    ),
    ...violationUnless(
      cancelled || log.at(-1)?.kind === 'exit',
      'lines lost',
      `the last line is of kind ${log.at(-1)?.kind}`,
    ),
    ...violationUnless(exits.length <= 1, 'lines duplicated', `lines of kind exit: ${exits.join(' | ')}`),
    ...violationUnless(
      new Set(questions).size === questions.length,
      'lines duplicated',
      `a question is in the log twice: ${questions.join(' | ')}`,
    ),
    ...violationUnless(
      !cancelled || (printed.length === 0 && events.size === 0),
      'jobs started twice',
      'it was cancelled, but its program ran',
    ),
  ];
}

/** The log has all that was printed, or a prefix of it if the program or its supervisor was killed. */
function checkOutput({ log, printed, events, job }: RoundRecord): Violation[] {
  const expected = linesOf(printed);
  const { lines, cut } = outputOf(log);
  const whole = job?.state !== 'lost' && (events.has('end') || events.has('interrupted'));
  const wrong = lines.findIndex((line, index) => {
    // The supervisor or the program was killed in the middle of a line.
    const mayBePart = !whole && index === lines.length - 1;
    return mayBePart ? !expected[index]?.startsWith(line) : expected[index] !== line;
  });
  const complete = !whole || (lines.length === expected.length && !cut);
  if (wrong < 0 && complete) return [];
  const [at, found] = wrong < 0 ? [lines.length, undefined] : [wrong, lines[wrong]];
  const duplicated =
    lines.length > expected.length || (found !== undefined && expected.slice(0, at).includes(found));
  return [
    {
      kind: duplicated ? 'lines duplicated' : 'lines lost',
      text: `${lines.length} lines of output recorded, ${expected.length} printed; output line ${at + 1} is ${JSON.stringify(found?.slice(0, 200))}, printed was ${JSON.stringify(expected[at]?.slice(0, 200))}`,
    },
  ];
}

function checkAnswers(record: RoundRecord): Violation[] {
  const { plan, attempts, read, interactions } = record;
  const nonces = plan.steps.flatMap((step) => (step.type === 'question' ? [step.nonce] : []));
  return nonces.flatMap((nonce) => {
    const here = attempts.filter((each) => each.nonce === nonce);
    const accepted = here.filter(({ outcome }) => outcome === 'accepted').map(({ answer }) => answer);
    const possible = here.filter(({ outcome }) => outcome === 'unknown').map(({ answer }) => answer);
    const got = read.filter((each) => each.nonce === nonce).map(({ answer }) => answer);
    const rows = interactions.filter(({ prompt }) => prompt === `Question ${nonce}`);
    const recorded = rows.flatMap(({ answer }) => (answer === null ? [] : [answer]));
    const reported = here.flatMap(({ acceptedAnswer }) => (acceptedAnswer === null ? [] : [acceptedAnswer]));
    const [winner] = accepted;
    const [answer] = got;
    const story = `question ${nonce}: accepted ${accepted}, unknown ${possible}, the program read ${got}, rows ${JSON.stringify(rows)}`;
    return [
      ...violationUnless(accepted.length <= 1 && got.length <= 1, 'answers duplicated', story),
      ...violationUnless(rows.length <= 1, 'answers duplicated', `it was asked twice: ${story}`),
      ...violationUnless(
        answer === undefined || (winner === undefined ? possible.includes(answer) : answer === winner),
        'answers duplicated',
        `the program read an answer that was not accepted: ${story}`,
      ),
      ...violationUnless(
        answer === undefined || recorded.includes(answer),
        'answers duplicated',
        `the row has another answer: ${story}`,
      ),
      ...violationUnless(
        reported.every((each) => recorded.includes(each)),
        'answers duplicated',
        `the servers reported ${reported}: ${story}`,
      ),
      ...violationUnless(
        winner === undefined || got.length > 0 || mayStayUnread(record, nonce),
        'answers lost',
        `${story}; ${record.job?.state}: ${record.job?.reason}`,
      ),
      ...violationUnless(
        here.every(({ outcome }) => outcome !== 'refused'),
        'answers lost',
        `refused: ${story}`,
      ),
    ];
  });
}

/**
 * An accepted answer may stay unread in three cases: scap was stopped before it read the answer; the reason of a lost job says that the
 * delivery is unknown; or the log says that it was not delivered, and the supervisor was killed after that.
 */
function mayStayUnread({ job, interactions, log, events }: RoundRecord, nonce: string): boolean {
  if (job?.state === 'stopped') return !events.has('end');
  if (job?.state !== 'lost') return false;
  const rows = interactions.filter(({ prompt }) => prompt === `Question ${nonce}`);
  if (rows.some(({ deliveredAt }) => deliveredAt !== null)) return true;
  const notDelivered =
    rows.every(({ closedAt }) => closedAt != null) &&
    log.some(
      ({ kind, text }) => kind === 'answer' && text.includes(nonce) && text.endsWith('was not delivered.'),
    );
  return notDelivered || Boolean(job.reason?.includes('may or may not have reached scap'));
}
