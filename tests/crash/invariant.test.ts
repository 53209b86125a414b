// Tests that each kind of violation is found: the record of a correct round, with one change each.
import { describe, expect, it } from 'vitest';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { checkInvariants } from './invariant.ts';
import { type Plan, planRound } from './plan.ts';
import type { RoundRecord } from './round.ts';

const plan: Plan = {
  round: 7,
  lane: 'default',
  steps: [{ type: 'question', kind: 'text', nonce: 'q7n0' }],
  unfinished: false,
  status: 0,
  people: 2,
  stop: null,
  faults: [],
};

const job = (more: Partial<Job>): Job =>
  Object.assign(new Job(), {
    state: 'succeeded',
    exitStatus: 0,
    exitSignal: null,
    reason: 'scap finished',
    finishedAt: 20_000,
    supervisor: null,
    ...more,
  });
const question = (more: Partial<Interaction> = {}): Interaction =>
  Object.assign(new Interaction(), {
    prompt: 'Question q7n0',
    answer: 'q7n0-0',
    deliveredAt: 1,
    ...more,
  });
const line = (number: number, text: string, kind: LogLine['kind'] = 'output'): LogLine => ({
  number,
  at: 0,
  kind,
  text,
  sensitive: false,
  continues: false,
});
const log = [
  line(1, 'one'),
  line(2, 'Question q7n0', 'question'),
  line(3, 'two'),
  line(4, 'scap finished', 'exit'),
];
const followed = (lines: readonly LogLine[]): RoundRecord['followed'] =>
  lines.map(({ number, kind, text, continues }) => ({ number, kind: kind.toUpperCase(), text, continues }));

const correct: RoundRecord = {
  plan,
  waitingFor: null,
  job: job({}),
  interactions: [question()],
  stops: [],
  log,
  followed: followed(log),
  contiguous: true,
  printed: Buffer.from('one\ntwo\n'),
  events: new Set(['started', 'end']),
  read: [{ nonce: 'q7n0', answer: 'q7n0-0' }],
  attempts: [
    { nonce: 'q7n0', answer: 'q7n0-0', outcome: 'accepted', acceptedAnswer: null },
    { nonce: 'q7n0', answer: 'q7n0-1', outcome: 'too late', acceptedAnswer: 'q7n0-0' },
  ],
  supervisorKilledAt: null,
  endSeenAt: null,
  leftOver: 0,
};

/** The kinds of violations in a correct round with these changes. `observed`: how long a jobrunner was available, in milliseconds. */
const violations = (changes: Partial<RoundRecord>, observed = 0): string[] => [
  ...new Set(checkInvariants({ ...correct, ...changes }, () => observed).map(({ kind }) => kind)),
];
const withLog = (lines: readonly LogLine[]): Partial<RoundRecord> => ({
  log: lines,
  followed: followed(lines),
});
/** The same lines with new numbers. */
const numbered = (lines: readonly LogLine[]): LogLine[] =>
  lines.map((each, index) => ({ ...each, number: index + 1 }));

describe('invariants of a round', () => {
  it('the check of a round finds no violations in a correct round', () => {
    expect(violations({})).toEqual([]);
  });

  it('the check of a round finds log lines that are missing, duplicated or different from the output', () => {
    const [one, ask, two, exit] = log;
    if (!one || !ask || !two || !exit) throw new Error('no log');
    expect(violations(withLog(numbered([one, ask, exit])))).toEqual(['lines lost']);
    expect(violations(withLog(numbered([one, one, ask, two, exit])))).toEqual(['lines duplicated']);
    expect(violations(withLog([line(1, 'One'), ask, two, exit]))).toEqual(['lines lost']);
    expect(violations(withLog([one, ask, two, line(5, 'scap finished', 'exit')]))).toEqual(['lines lost']);
    expect(violations(withLog(numbered([one, ask, two, exit, exit])))).toEqual(['lines duplicated']);
    expect(violations({ printed: Buffer.from('one\ntwo\nthree') })).toEqual(['lines lost']);
  });

  it('the check of a round finds a subscriber who missed a log line or received one twice', () => {
    expect(violations({ followed: followed(log.slice(0, 3)) })).toEqual(['lines lost']);
    expect(violations({ followed: followed([...log, ...log.slice(3)]) })).toEqual(['lines duplicated']);
    expect(violations({ contiguous: false })).toEqual(['lines duplicated']);
  });

  it('the check of a round joins continued log lines and decodes invalid UTF-8', () => {
    const cut = [
      { ...line(1, 'on'), continues: true },
      line(2, 'e\ufffd'),
      line(3, 'Question q7n0', 'question'),
      line(4, 'two'),
      line(5, 'scap finished', 'exit'),
    ];
    const printed = Buffer.concat([Buffer.from('one'), Buffer.from([0xff]), Buffer.from('\ntwo\n')]);
    expect(violations({ ...withLog(cut), printed })).toEqual([]);
  });

  it('the check of a round finds answers that were lost or duplicated', () => {
    expect(violations({ read: [] })).toEqual(['answers lost']);
    expect(violations({ read: [...correct.read, ...correct.read] })).toEqual(['answers duplicated']);
    expect(violations({ read: [{ nonce: 'q7n0', answer: 'q7n0-1' }] })).toEqual(['answers duplicated']);
    expect(violations({ interactions: [question(), question({ answer: null })] })).toEqual([
      'answers duplicated',
    ]);
    expect(violations({ interactions: [question({ answer: 'q7n0-1' })] })).toEqual(['answers duplicated']);
  });

  it('the check of a round allows a lost job to miss output and to have an answer with unknown delivery', () => {
    const lost = {
      job: job({ state: 'lost', exitStatus: null, reason: 'ended unexpectedly' }),
      supervisorKilledAt: 5_000,
      events: new Set(['started'] as const),
      ...withLog([line(1, 'one'), line(2, 'ended unexpectedly', 'exit')]),
    };
    expect(violations(lost)).toEqual([]);
    expect(violations({ ...lost, supervisorKilledAt: null })).toEqual(['wrong final states']);
    expect(violations(lost, 10_001)).toEqual(['losses detected late']);
    const unread = { ...lost, read: [], interactions: [question({ deliveredAt: null })] };
    expect(violations(unread)).toEqual(['answers lost']);
    const stderr = 'ended unexpectedly. The last answer may or may not have reached scap.';
    expect(violations({ ...unread, job: job({ state: 'lost', exitStatus: null, reason: stderr }) })).toEqual(
      [],
    );
    const closed = { ...unread, interactions: [question({ deliveredAt: null, closedAt: 2 })] };
    expect(violations(closed)).toEqual(['answers lost']);
    const notice =
      'alice answered “q7n0-0”, but scap no longer reads its input: the answer was not delivered.';
    const logged = withLog([
      line(1, 'one'),
      line(2, notice, 'answer'),
      line(3, 'ended unexpectedly', 'exit'),
    ]);
    expect(violations({ ...closed, ...logged })).toEqual([]);
    expect(
      violations({ ...unread, ...logged, interactions: [question({ deliveredAt: null, closedAt: null })] }),
    ).toEqual(['answers lost']);
  });

  it('the check of a round finds jobs that are stuck, started twice, not alone in their lane, in a wrong final state, out of order, or with processes left', () => {
    expect(violations({ waitingFor: 'the end' })).toEqual(['jobs stuck']);
    expect(violations({ job: job({ state: 'running' }) })).toEqual(['jobs stuck']);
    expect(violations({ events: new Set(['started', 'end', 'started-again']) })).toEqual([
      'jobs started twice',
    ]);
    expect(violations({ events: new Set(['started', 'end', 'two-in-lane']) })).toEqual([
      'two jobs in a lane',
    ]);
    expect(violations({ job: job({ exitStatus: 1 }) })).toEqual(['wrong final states']);
    expect(violations({ job: job({ state: 'stopped' }) })).toEqual(['wrong final states']);
    expect(violations({ leftOver: 1 })).toEqual(['processes left running']);
    expect(violations({ job: job({ queuedAt: 30_000 }) })).toEqual(['times out of order']);
    expect(violations({ interactions: [question({ answeredAt: 5, deliveredAt: 4 })] })).toEqual([
      'times out of order',
    ]);
  });
});

describe('plan of a round', () => {
  it('the same seed and number give the same plan', () => {
    const planned = (seed: string, round: number): Plan =>
      planRound({ seed, round, lane: 'default', dialect: 'postgresql' });
    expect(planned('a', 1)).toEqual(planned('a', 1));
    expect(planned('a', 1)).not.toEqual(planned('a', 2));
    expect(planned('a', 1)).not.toEqual(planned('b', 1));
  });
});
