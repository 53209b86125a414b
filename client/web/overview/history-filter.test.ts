// Tests the filter of the history: its address, and which jobs match.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import { everyJob, filterOf, jobFilterOf, matches, withFilter } from './history-filter.ts';

test('a filter is written into the address and read from it, beside other parameters', () => {
  const filter = {
    text: 'fix & run',
    owner: 'Amina',
    kind: 'revert',
    project: 'mediawiki/core',
    group: 'problems',
    day: '2026-11-24',
  } as const;
  const search = withFilter('?changes=1', filter);
  expect(search).toBe(
    '?changes=1&q=fix+%26+run&owner=Amina&kind=revert&project=mediawiki%2Fcore&show=problems&day=2026-11-24',
  );
  expect(filterOf(search)).toEqual(filter);
  expect(withFilter(search, everyJob)).toBe('?changes=1');
});

test('an address with an unknown group, kind or day shows all jobs', () => {
  expect(filterOf('?show=constructor&kind=toString')).toEqual(everyJob);
  for (const day of ['2026-13-01', '20261124', '0202-11-24', 'yesterday', '2026-11-24T00:00'])
    expect(filterOf(`?day=${day}`), day).toEqual(everyJob);
});

test('a filter without conditions sends none', () => {
  expect(jobFilterOf(everyJob)).toEqual({
    ...{ states: null, outcomes: null, owner: null, text: null },
    ...{ kinds: null, project: null, since: null, until: null },
  });
  expect(jobFilterOf({ ...everyJob, day: '2026-11-24' })).toMatchObject({
    since: '2026-11-24T00:00:00.000Z',
    until: '2026-11-25T00:00:00.000Z',
  });
});

test('a changed job matches by title, change number, owner, kind, project, outcome and day', () => {
  const changes = [{ number: '11', url: null, subject: null, project: 'mediawiki/core', owner: null }];
  const job = jobSummary('7', { title: 'Fix Thumbnails', outcome: 'FAILED', changes });
  expect(matches(job, { ...everyJob, text: 'thumb' })).toBe(true);
  expect(matches(job, { ...everyJob, text: '11' })).toBe(true);
  expect(matches(job, { ...everyJob, text: '1' })).toBe(false);
  expect(matches(job, { ...everyJob, owner: 'Jonas' })).toBe(false);
  expect(matches(job, { ...everyJob, text: 'amina' })).toBe(true);
  expect(matches(job, { ...everyJob, text: 'Ami' })).toBe(false);
  expect(matches(job, { ...everyJob, kind: 'backport', project: 'mediawiki/core' })).toBe(true);
  expect(matches(job, { ...everyJob, kind: 'train' })).toBe(false);
  expect(matches(job, { ...everyJob, project: 'mediawiki' })).toBe(false);
  expect(matches(job, { ...everyJob, group: 'problems' })).toBe(true);
  expect(matches(job, { ...everyJob, group: 'deployed' })).toBe(false);
  expect(matches(job, { ...everyJob, day: '2026-11-20' })).toBe(true);
  expect(matches(job, { ...everyJob, day: '2026-11-21' })).toBe(false);
});
