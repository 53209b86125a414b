// Tests the filter of the history: its address, and which jobs match.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import { everyJob, filterOf, jobFilterOf, matches, outcomeGroups, withFilter } from './history-filter.ts';

test('a filter is written into the address and read from it, beside other parameters', () => {
  const filter = {
    text: 'fix & run',
    owner: 'Amina',
    kind: 'revert',
    project: 'mediawiki/core',
    outcomes: ['FAILED', 'LOST'],
    from: '2026-11-24',
    to: '2026-11-25T22:00:00.000Z',
    stage: 'CANARIES',
    question: 'backport.confirm',
    startHour: 167,
    like: '7',
  } as const;
  const search = withFilter('?changes=1', filter);
  expect(search).toBe(
    '?changes=1&q=fix+%26+run&owner=Amina&kind=revert&project=mediawiki%2Fcore&outcome=failed%2Clost&from=2026-11-24&to=2026-11-25T22%3A00%3A00.000Z&stage=canaries&question=backport.confirm&hour=167&like=7',
  );
  expect(filterOf(search)).toEqual(filter);
  expect(withFilter(search, everyJob)).toBe('?changes=1');
});

test('one day, and a group of outcomes, have one word each in the address', () => {
  const outcomes = outcomeGroups.problems;
  const filter = { ...everyJob, from: '2026-11-24', to: '2026-11-24', outcomes };
  expect(withFilter('', filter)).toBe('?show=problems&day=2026-11-24');
  expect(filterOf('?show=problems&day=2026-11-24')).toEqual(filter);
});

test('the order in which outcomes are chosen does not change the address', () => {
  for (const outcomes of [
    ['FAILED', 'LOST', 'ROLLED_BACK'],
    ['ROLLED_BACK', 'LOST', 'FAILED'],
  ] as const)
    expect(withFilter('', { ...everyJob, outcomes })).toBe('?outcome=failed%2Clost%2Crolled_back');
});

test('an address with an unknown group, kind or day shows all jobs', () => {
  expect(filterOf('?show=constructor&kind=toString&stage=valueOf&outcome=x&hour=168&like=x')).toEqual(
    everyJob,
  );
  for (const day of ['2026-13-01', '20261124', '0202-11-24', 'yesterday', '2026-11-24T00:00'])
    expect(filterOf(`?day=${day}`), day).toEqual(everyJob);
});

test('blanks around a pasted text are not searched for', () => {
  expect(jobFilterOf({ ...everyJob, text: ' 1102340 ' }).text).toBe('1102340');
  expect(jobFilterOf({ ...everyJob, text: ' ' }).text).toBeNull();
});

test('a filter without conditions sends none', () => {
  expect(jobFilterOf(everyJob)).toEqual({
    ...{ outcomes: null, owner: null, text: null, kinds: null, project: null },
    ...{ endedSince: null, endedUntil: null, stage: null, question: null, startHour: null, endedLike: null },
  });
});

test('days are whole ones and include the last; moments are exact', () => {
  expect(jobFilterOf({ ...everyJob, from: '2026-11-23', to: '2026-11-24' })).toMatchObject({
    endedSince: '2026-11-23T00:00:00.000Z',
    endedUntil: '2026-11-25T00:00:00.000Z',
  });
  const to = '2026-11-24T22:00:00.000Z';
  expect(jobFilterOf({ ...everyJob, to })).toMatchObject({ endedSince: null, endedUntil: to });
});

test('a question without a name is asked for by an empty one', () => {
  expect(jobFilterOf({ ...everyJob, question: 'other' }).question).toBe('');
});

test('a changed job matches by title, change number, owner, kind, project, outcome and the day of its end', () => {
  const changes = [{ number: '11', url: null, subject: null, project: 'mediawiki/core', owner: null }];
  const job = jobSummary('7', {
    title: 'Fix Thumbnails',
    outcome: 'FAILED',
    changes,
    queuedAt: '2026-11-19T23:50:00.000Z',
    finishedAt: '2026-11-20T00:10:00.000Z',
  });
  expect(matches(job, { ...everyJob, text: 'thumb' })).toBe(true);
  expect(matches(job, { ...everyJob, text: '11' })).toBe(true);
  expect(matches(job, { ...everyJob, text: ' thumb ' })).toBe(true);
  expect(matches(job, { ...everyJob, text: '1' })).toBe(false);
  expect(matches(job, { ...everyJob, owner: 'Jonas' })).toBe(false);
  expect(matches(job, { ...everyJob, text: 'amina' })).toBe(true);
  expect(matches(job, { ...everyJob, text: 'Ami' })).toBe(false);
  expect(matches(job, { ...everyJob, kind: 'backport', project: 'mediawiki/core' })).toBe(true);
  expect(matches(job, { ...everyJob, kind: 'train' })).toBe(false);
  expect(matches(job, { ...everyJob, project: 'mediawiki' })).toBe(false);
  expect(matches(job, { ...everyJob, outcomes: ['FAILED'] })).toBe(true);
  expect(matches(job, { ...everyJob, outcomes: ['DEPLOYED'] })).toBe(false);
  const on = (from: string, to: string) => matches(job, { ...everyJob, from, to });
  expect(on('2026-11-20', '2026-11-20')).toBe(true);
  expect(on('2026-11-19', '2026-11-19')).toBe(false);
  expect(on('', '2026-11-20T00:10Z')).toBe(false);
  expect(matches({ ...job, finishedAt: null }, { ...everyJob, to: '2026-11-20' })).toBe(false);
});

test('a changed job is not added where only the server knows whether it matches', () => {
  const job = jobSummary('7');
  expect(matches(job, { ...everyJob, stage: 'MERGE' })).toBeNull();
  expect(matches(job, { ...everyJob, question: 'other' })).toBeNull();
  expect(matches(job, { ...everyJob, startHour: 0 })).toBeNull();
  expect(matches(job, { ...everyJob, startHour: 0, kind: 'train' })).toBe(false);
});
