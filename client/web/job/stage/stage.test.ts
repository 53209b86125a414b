// Tests which stages of a deployment the marks of its log prove.
import { expect, test } from 'vitest';
import type { Mark } from '../../log/mark/mark.ts';
import { stagesOf } from './stage.ts';

const statuses = (...texts: readonly string[]): Mark[] =>
  texts.map((text, index) => ({
    number: index * 10 + 1,
    at: new Date(index * 60_000).toISOString(),
    kind: 'STATUS',
    text,
  }));
const marks = statuses(
  'Waiting for changes to be merged…',
  'Starting scap sync-world',
  'Sync k8s testservers',
  'Checking testservers',
  'Sync k8s canaries',
);
const running = { outcome: null, finishedAt: null };

test('the last stage that scap reported is the current one, and later ones are not reached', () => {
  const stages = stagesOf(marks, running);
  expect(stages.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'merge passed',
    'prepare passed',
    'testservers passed',
    'canaries current',
    'production open',
  ]);
  expect(stages[2]).toMatchObject({ from: 120_000, to: 240_000, line: 21 });
  expect(stages[3]).toMatchObject({ to: null });
});

test('a failed job failed in its last stage, a declined one ended there, and a deployed one passed it', () => {
  const stateOfCanaries = (outcome: 'FAILED' | 'DECLINED' | 'DEPLOYED') =>
    stagesOf(marks, { outcome, finishedAt: '1970-01-01T00:10:00.000Z' })[3];
  expect(stateOfCanaries('FAILED')).toMatchObject({ state: 'failed', to: 600_000 });
  expect(stateOfCanaries('DECLINED')?.state).toBe('ended');
  expect(stateOfCanaries('DEPLOYED')?.state).toBe('passed');
});

test('a roll-back reaches no stage', () => {
  const rolledBack = [
    ...marks,
    ...statuses('Rolling back k8s production').map((mark) => ({ ...mark, number: 99 })),
  ];
  expect(stagesOf(rolledBack, running).at(-1)?.state).toBe('open');
});

test('a log without known statuses has no stages', () => {
  expect(stagesOf(statuses('Doing something else'), running)).toEqual([]);
});
