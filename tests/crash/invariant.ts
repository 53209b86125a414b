// Owns what must hold of a round, whatever struck it. Pure: evidence in, faults out.
import { hasEnded } from '../../schema/model/job/job.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import type { Evidence } from './round.ts';

/** What must never happen. */
export const faultKinds = [
  'lines lost',
  'lines doubled',
  'jobs stuck',
  'jobs started twice',
  'answers lost',
  'answers doubled',
  'two at once in a lane',
  'wrong endings',
  'lost too late',
  'processes left',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** What was found. */
  readonly text: string;
}

/** How long a job may lie after its supervisor was killed while a jobrunner could see it, in milliseconds. */
const lossLimit = 10_000;

/**
 * What is wrong with a round. `watched`: for how long at a stretch a jobrunner was there, with the database at hand, between two points in
 * time (milliseconds since 1970).
 */
export function judge(evidence: Evidence, watched: (from: number, to: number) => number): Fault[] {
  const { job, stuck } = evidence;
  if (stuck !== null || !job || !hasEnded(job.state)) {
    const row = job ? `${job.state}, supervisor ${JSON.stringify(job.supervisor)}` : 'no row';
    return [{ kind: 'jobs stuck', text: `waits for ${stuck}: ${row}` }];
  }
  return [
    ...judgeStart(evidence),
    ...judgeEnding(evidence),
    ...judgeLoss(evidence, watched),
    ...judgeLog(evidence),
    ...judgeAnswers(evidence),
  ];
}

const fault = (holds: boolean, kind: FaultKind, text: string): Fault[] => (holds ? [] : [{ kind, text }]);

function judgeStart({ marks, leftOver }: Evidence): Fault[] {
  return [
    ...fault(!marks.has('started-again'), 'jobs started twice', 'its program was started a second time'),
    ...fault(!marks.has('two-in-lane'), 'two at once in a lane', 'its program found another one alive'),
    ...fault(leftOver === 0, 'processes left', `${leftOver} processes of it lived after its end`),
  ];
}

/** The ending is the one that the program says, unless something was done to it. */
function judgeEnding(evidence: Evidence): Fault[] {
  const { job, plan, marks, stops, supervisorKilledAt } = evidence;
  if (!job) return [];
  const { state, exitStatus, exitSignal } = job;
  const ended = marks.has('end') && !marks.has('interrupted');
  const itself = ended && exitStatus === plan.status && exitSignal === null;
  const allowed: { readonly [state: string]: boolean } = {
    succeeded: itself && plan.status === 0,
    failed: itself && plan.status !== 0,
    cancelled: stops.length > 0 && !marks.has('started'),
    stopped: stops.length > 0 && (itself || stoppedRightly(evidence)),
    lost: supervisorKilledAt !== null,
  };
  const exit = `exit ${exitStatus ?? exitSignal}, the program says ${[...marks].join(', ') || 'nothing'}, planned ${plan.status}`;
  return fault(allowed[state] ?? false, 'wrong endings', `${state} (${exit}): ${job.reason}`);
}

/** Asked once to clean up, it cleaned up; asked again, or to be killed, it may have been cut short. */
function stoppedRightly({ job, plan, marks, stops }: Evidence): boolean {
  if (!marks.has('started')) return job?.exitStatus === null;
  if (plan.stop?.how === 'INTERRUPT' && stops.length === 1)
    return marks.has('interrupted') && job?.exitStatus === 130;
  return true;
}

function judgeLoss(
  { job, supervisorKilledAt }: Evidence,
  watched: (from: number, to: number) => number,
): Fault[] {
  if (job?.state !== 'lost' || supervisorKilledAt === null) return [];
  const lay = watched(supervisorKilledAt, job.finishedAt ?? 0);
  return fault(lay <= lossLimit, 'lost too late', `${lay} ms after its supervisor was killed`);
}

/** The lines of what a program printed, as docs/protocol.md says that they are decoded. */
function linesOf(printed: Buffer): string[] {
  const lines = printed.toString('utf8').split('\n');
  // What follows the last newline is a line only if there is something.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The lines of output of a log, those that were cut joined again. `cut`: the last one lacks its rest. */
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

function judgeLog(evidence: Evidence): Fault[] {
  const { log, followed, seamless, truth, marks, job } = evidence;
  const exits = log.filter(({ kind }) => kind === 'exit').map(({ text }) => text);
  const gap = log.findIndex(({ number }, index) => number !== index + 1);
  const strayed = log.findIndex((line, index) => {
    const seen = followed[index];
    return (
      seen?.number !== line.number ||
      seen.text !== line.text ||
      seen.continues !== line.continues ||
      seen.kind.toLowerCase() !== line.kind
    );
  });
  const questions = log.filter(({ kind }) => kind === 'question').map(({ text }) => text);
  const cancelled = job?.state === 'cancelled';
  return [
    ...judgeOutput(evidence),
    ...fault(gap < 0, 'lines lost', `line ${gap + 1} of the log has number ${log[gap]?.number}`),
    ...fault(
      strayed < 0 && followed.length <= log.length,
      followed.length > log.length ? 'lines doubled' : 'lines lost',
      `a follower got ${followed.length} lines of ${log.length}; the first that differs is ${strayed + 1}`,
    ),
    ...fault(seamless, 'lines doubled', 'a follower got a batch that does not begin after its cursor'),
    ...fault(
      cancelled || log.at(-1)?.kind === 'exit',
      'lines lost',
      `the last line is of kind ${log.at(-1)?.kind}`,
    ),
    ...fault(exits.length <= 1, 'lines doubled', `lines of kind exit: ${exits.join(' | ')}`),
    ...fault(
      new Set(questions).size === questions.length,
      'lines doubled',
      `a question is in the log twice: ${questions.join(' | ')}`,
    ),
    ...fault(
      !cancelled || (truth.length === 0 && marks.size === 0),
      'jobs started twice',
      'cancelled, and yet its program ran',
    ),
  ];
}

/** All of what was printed; the beginning of it where the program or its supervisor was cut short. */
function judgeOutput({ log, truth, marks, job }: Evidence): Fault[] {
  const printed = linesOf(truth);
  const { lines, cut } = outputOf(log);
  const whole = job?.state !== 'lost' && (marks.has('end') || marks.has('interrupted'));
  const wrong = lines.findIndex((line, index) => {
    // Cut short in the middle of a line: by the supervisor's end, or by the program's own.
    const mayBePart = !whole && index === lines.length - 1;
    return mayBePart ? !printed[index]?.startsWith(line) : printed[index] !== line;
  });
  const complete = !whole || (lines.length === printed.length && !cut);
  if (wrong < 0 && complete) return [];
  const [at, found] = wrong < 0 ? [lines.length, undefined] : [wrong, lines[wrong]];
  const doubled =
    lines.length > printed.length || (found !== undefined && printed.slice(0, at).includes(found));
  return [
    {
      kind: doubled ? 'lines doubled' : 'lines lost',
      text: `${lines.length} lines of output recorded, ${printed.length} printed; output line ${at + 1} is ${JSON.stringify(found?.slice(0, 200))}, printed was ${JSON.stringify(printed[at]?.slice(0, 200))}`,
    },
  ];
}

function judgeAnswers(evidence: Evidence): Fault[] {
  const { plan, given, read, interactions } = evidence;
  const nonces = plan.steps.flatMap((step) => (step.type === 'question' ? [step.nonce] : []));
  return nonces.flatMap((nonce) => {
    const here = given.filter((each) => each.nonce === nonce);
    const accepted = here.filter(({ outcome }) => outcome === 'accepted').map(({ answer }) => answer);
    const possible = here.filter(({ outcome }) => outcome === 'unknown').map(({ answer }) => answer);
    const got = read.filter((each) => each.nonce === nonce).map(({ answer }) => answer);
    const rows = interactions.filter(({ prompt }) => prompt === `Question ${nonce}`);
    const counted = rows.flatMap(({ answer }) => (answer === null ? [] : [answer]));
    const told = here.flatMap(({ counts }) => (counts === null ? [] : [counts]));
    const [winner] = accepted;
    const [answer] = got;
    const story = `question ${nonce}: accepted ${accepted}, unknown ${possible}, the program read ${got}, rows ${JSON.stringify(rows)}`;
    return [
      ...fault(accepted.length <= 1 && got.length <= 1, 'answers doubled', story),
      ...fault(rows.length <= 1, 'answers doubled', `asked twice: ${story}`),
      ...fault(
        answer === undefined || (winner === undefined ? possible.includes(answer) : answer === winner),
        'answers doubled',
        `read what nobody was told to count: ${story}`,
      ),
      ...fault(
        answer === undefined || counted.includes(answer),
        'answers doubled',
        `the row says otherwise: ${story}`,
      ),
      ...fault(
        told.every((each) => counted.includes(each)),
        'answers doubled',
        `others were told ${told}: ${story}`,
      ),
      ...fault(
        winner === undefined || got.length > 0 || unreadRightly(evidence, nonce),
        'answers lost',
        `${story}; ${evidence.job?.state}: ${evidence.job?.reason}`,
      ),
      ...fault(
        here.every(({ outcome }) => outcome !== 'refused'),
        'answers lost',
        `refused: ${story}`,
      ),
    ];
  });
}

/**
 * An accepted answer may stay unread where scap was ended before it could read it, and where the job says that nobody knows, or its log that it
 * was not delivered: the supervisor had found that nobody read any more, and was killed after that.
 */
function unreadRightly({ job, interactions, log, marks }: Evidence, nonce: string): boolean {
  if (job?.state === 'stopped') return !marks.has('end');
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
