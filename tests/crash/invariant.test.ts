// The verdict of the crash test finds what it is there to find. Evidence of a good round, spoiled in one way each.
import { describe, expect, it } from 'vitest';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { judge } from './invariant.ts';
import { type Plan, planRound } from './plan.ts';
import type { Evidence } from './round.ts';

const plan: Plan = {
  round: 7,
  lane: 'default',
  steps: [{ type: 'question', kind: 'text', nonce: 'q7n0' }],
  unfinished: false,
  status: 0,
  people: 2,
  stop: null,
  blows: [],
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
const followed = (lines: readonly LogLine[]): Evidence['followed'] =>
  lines.map(({ number, kind, text, continues }) => ({ number, kind: kind.toUpperCase(), text, continues }));

const good: Evidence = {
  plan,
  stuck: null,
  job: job({}),
  interactions: [question()],
  stops: [],
  log,
  followed: followed(log),
  seamless: true,
  truth: Buffer.from('one\ntwo\n'),
  marks: new Set(['started', 'end']),
  read: [{ nonce: 'q7n0', answer: 'q7n0-0' }],
  given: [
    { nonce: 'q7n0', answer: 'q7n0-0', outcome: 'accepted', counts: null },
    { nonce: 'q7n0', answer: 'q7n0-1', outcome: 'too late', counts: 'q7n0-0' },
  ],
  supervisorKilledAt: null,
  leftOver: 0,
};

/** The kinds of fault of a round that was good but for this. `watched`: how long jobrunners looked on, in milliseconds. */
const faults = (spoiled: Partial<Evidence>, watched = 0): string[] => [
  ...new Set(judge({ ...good, ...spoiled }, () => watched).map(({ kind }) => kind)),
];
const withLog = (lines: readonly LogLine[]): Partial<Evidence> => ({ log: lines, followed: followed(lines) });
/** The same lines, numbered anew. */
const numbered = (lines: readonly LogLine[]): LogLine[] =>
  lines.map((each, index) => ({ ...each, number: index + 1 }));

describe('the verdict on a round', () => {
  it('finds nothing in one that went well', () => {
    expect(faults({})).toEqual([]);
  });

  it('finds lines that are missing, doubled or not as they were printed', () => {
    const [one, ask, two, exit] = log;
    if (!one || !ask || !two || !exit) throw new Error('no log');
    expect(faults(withLog(numbered([one, ask, exit])))).toEqual(['lines lost']);
    expect(faults(withLog(numbered([one, one, ask, two, exit])))).toEqual(['lines doubled']);
    expect(faults(withLog([line(1, 'One'), ask, two, exit]))).toEqual(['lines lost']);
    expect(faults(withLog([one, ask, two, line(5, 'scap finished', 'exit')]))).toEqual(['lines lost']);
    expect(faults(withLog(numbered([one, ask, two, exit, exit])))).toEqual(['lines doubled']);
    expect(faults({ truth: Buffer.from('one\ntwo\nthree') })).toEqual(['lines lost']);
  });

  it('finds a follower who missed a line or got one twice', () => {
    expect(faults({ followed: followed(log.slice(0, 3)) })).toEqual(['lines lost']);
    expect(faults({ followed: followed([...log, ...log.slice(3)]) })).toEqual(['lines doubled']);
    expect(faults({ seamless: false })).toEqual(['lines doubled']);
  });

  it('joins a line that was cut, and decodes bytes that are no UTF-8', () => {
    const cut = [
      { ...line(1, 'on'), continues: true },
      line(2, 'e\ufffd'),
      line(3, 'Question q7n0', 'question'),
      line(4, 'two'),
      line(5, 'scap finished', 'exit'),
    ];
    const truth = Buffer.concat([Buffer.from('one'), Buffer.from([0xff]), Buffer.from('\ntwo\n')]);
    expect(faults({ ...withLog(cut), truth })).toEqual([]);
  });

  it('finds answers that were lost or doubled', () => {
    expect(faults({ read: [] })).toEqual(['answers lost']);
    expect(faults({ read: [...good.read, ...good.read] })).toEqual(['answers doubled']);
    expect(faults({ read: [{ nonce: 'q7n0', answer: 'q7n0-1' }] })).toEqual(['answers doubled']);
    expect(faults({ interactions: [question(), question({ answer: null })] })).toEqual(['answers doubled']);
    expect(faults({ interactions: [question({ answer: 'q7n0-1' })] })).toEqual(['answers doubled']);
  });

  it('lets a lost job end before its output does, and with an answer of which nobody knows', () => {
    const lost = {
      job: job({ state: 'lost', exitStatus: null, reason: 'ended unexpectedly' }),
      supervisorKilledAt: 5_000,
      marks: new Set(['started'] as const),
      ...withLog([line(1, 'one'), line(2, 'ended unexpectedly', 'exit')]),
    };
    expect(faults(lost)).toEqual([]);
    expect(faults({ ...lost, supervisorKilledAt: null })).toEqual(['wrong endings']);
    expect(faults(lost, 10_001)).toEqual(['lost too late']);
    const unread = { ...lost, read: [], interactions: [question({ deliveredAt: null })] };
    expect(faults(unread)).toEqual(['answers lost']);
    const said = 'ended unexpectedly. The last answer may or may not have reached scap.';
    expect(faults({ ...unread, job: job({ state: 'lost', exitStatus: null, reason: said }) })).toEqual([]);
    const closed = { ...unread, interactions: [question({ deliveredAt: null, closedAt: 2 })] };
    expect(faults(closed)).toEqual(['answers lost']);
    const told =
      'somebody answered “q7n0-0”, but scap no longer reads its input: the answer was not delivered.';
    const logged = withLog([line(1, 'one'), line(2, told, 'answer'), line(3, 'ended unexpectedly', 'exit')]);
    expect(faults({ ...closed, ...logged })).toEqual([]);
    expect(
      faults({ ...unread, ...logged, interactions: [question({ deliveredAt: null, closedAt: null })] }),
    ).toEqual(['answers lost']);
  });

  it('finds jobs that hang, run twice, run together, end wrongly or leave processes', () => {
    expect(faults({ stuck: 'the end' })).toEqual(['jobs stuck']);
    expect(faults({ job: job({ state: 'running' }) })).toEqual(['jobs stuck']);
    expect(faults({ marks: new Set(['started', 'end', 'started-again']) })).toEqual(['jobs started twice']);
    expect(faults({ marks: new Set(['started', 'end', 'two-in-lane']) })).toEqual(['two at once in a lane']);
    expect(faults({ job: job({ exitStatus: 1 }) })).toEqual(['wrong endings']);
    expect(faults({ job: job({ state: 'stopped' }) })).toEqual(['wrong endings']);
    expect(faults({ leftOver: 1 })).toEqual(['processes left']);
  });
});

describe('the plan of a round', () => {
  it('is decided by seed and number', () => {
    const planned = (seed: string, round: number): Plan =>
      planRound({ seed, round, lane: 'default', dialect: 'postgresql' });
    expect(planned('a', 1)).toEqual(planned('a', 1));
    expect(planned('a', 1)).not.toEqual(planned('a', 2));
    expect(planned('a', 1)).not.toEqual(planned('b', 1));
  });
});
