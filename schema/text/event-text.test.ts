import { expect, test } from 'vitest';
import { type EventData, eventKinds, eventLine, eventSentence, unknownNames } from './event-text.ts';

const data: EventData = {
  by: 'Amina',
  job: {
    id: 28,
    kind: 'backport',
    title: 'Fix a cache key',
    owner: 'Jonas',
    state: 'failed',
    outcome: 'deployed_with_errors',
    reason: 'Failed in “Canary checks” (exit status 70).',
    changes: [],
  },
  question: { id: 3, key: null, text: 'Backport the changes?', answer: 'Yes' },
  hold: { reason: 'switchover', endsAt: '2026-11-20T12:03:00.000Z' },
  handover: { from: 'Jonas', to: 'Bao' },
  errors: {
    text: 'Errors rose after the deployment: 3.4× the usual rate.',
    before: { errors: 60, minutes: 60 },
    after: { errors: 51, minutes: 15 },
    factor: 3.4,
    newMessages: 0,
  },
};

test('each event is one sentence that names the job, the user or the reason', () => {
  expect(eventKinds.map((kind) => eventSentence(kind, data))).toEqual([
    'Job 28 has started: Fix a cache key (Jonas)',
    'Job 28 needs an answer: “Backport the changes?” – Fix a cache key (Jonas)',
    'Nobody has answered job 28 yet: “Backport the changes?” – Fix a cache key (Jonas)',
    'Amina answered “Yes”: “Backport the changes?” – Job 28, Fix a cache key',
    'Amina asked job 28 to stop: Fix a cache key',
    'Amina handed job 28 over to Bao: Fix a cache key',
    'Job 28 has ended (deployed with errors): Fix a cache key. Failed in “Canary checks” (exit status 70).',
    'Job 28: Errors rose after the deployment: 3.4× the usual rate. Fix a cache key (Jonas)',
    'Job 28: Errors rose after the deployment: 3.4× the usual rate. Fix a cache key (Jonas)',
    'Amina holds all deployments until 2026-11-20 12:03 UTC: “switchover”',
    'Amina released deployments.',
    'This is a test message of SpiderPig, sent by Amina.',
  ]);
});

test('a line break in a title does not become a second line', () => {
  const title = 'x\r\nQUIT :bye\u0000';
  const hostile = { ...data, job: { ...data.job, title } as NonNullable<EventData['job']> };
  expect(eventLine('{title}', 'started', hostile, '')).toBe('x QUIT :bye');
});

test('L1 a title cannot hide or reorder the rest of a line for a chat', () => {
  const title = 'a\u202eb\u200b\u{e0041}\x02c\x0304d';
  const hostile = { ...data, job: { ...data.job, title } as NonNullable<EventData['job']> };
  const shown = 'a‹U+202E›b‹U+200B›‹U+E0041› c 04d';
  expect(eventLine('{title}', 'started', hostile, '')).toBe(shown);
  expect(eventLine('{message}', 'started', hostile, '')).toContain(shown);
});

test('a template is filled in, and names that it cannot contain are found', () => {
  expect(eventLine('[{event}] {job} {by}: {url}', 'ended', data, 'https://x/jobs/28')).toBe(
    '[ended] 28 Amina: https://x/jobs/28',
  );
  expect(unknownNames('{message} {secret} {}')).toEqual(['secret', '']);
});
