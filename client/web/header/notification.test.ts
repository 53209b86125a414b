// @vitest-environment happy-dom
// Tests what is worth a notification.
import { expect, test } from 'vitest';
import { jobSummary, question } from '../../../tests/component/job.ts';
import { occasionsBetween, remindersOf } from './notification.ts';

const running = jobSummary('7', { state: 'RUNNING' });
const asks = jobSummary('7', { state: 'WAITING', pendingInteraction: question('1') });
const kinds = (...states: Parameters<typeof occasionsBetween>) =>
  occasionsBetween(...states).map(({ kind, job }) => `${kind} ${job.id}`);

test('a new question and the end of a job are worth a notification, once', () => {
  expect(kinds([running], [asks], 'own', 'Amina')).toEqual(['question 7']);
  expect(kinds([asks], [asks], 'own', 'Amina')).toEqual([]);
  expect(kinds([asks], [], 'own', 'Amina')).toEqual(['end 7']);
});

test('jobs of others are worth a notification only to those who chose all jobs', () => {
  expect(kinds([running], [asks], 'own', 'Jonas')).toEqual([]);
  expect(kinds([running], [asks], 'all', 'Jonas')).toEqual(['question 7']);
  expect(kinds([running], [asks], 'none', 'Amina')).toEqual([]);
});

test('a job that was handed over concerns the responsible deployer, not its owner', () => {
  const handed = { ...asks, responsible: { id: '2', name: 'Jonas' } };
  expect(kinds([running], [handed], 'own', 'Jonas')).toEqual(['handover 7', 'question 7']);
  expect(kinds([asks], [handed], 'all', 'Jonas')).toEqual(['handover 7']);
  expect(kinds([handed], [handed], 'own', 'Jonas')).toEqual([]);
  expect(kinds([asks], [handed], 'none', 'Jonas')).toEqual([]);
  // A job that Jonas has not seen before was handed over to him earlier.
  expect(kinds([], [handed], 'own', 'Jonas')).toEqual(['question 7']);
  expect(kinds([running], [handed], 'own', 'Amina')).toEqual([]);
});

test('a question is repeated until a user claims it', () => {
  const claimed = { ...question('1'), claimedBy: { __typename: 'User' as const, id: '2', name: 'Jonas' } };
  const handled = jobSummary('8', { state: 'WAITING', pendingInteraction: claimed });
  expect(remindersOf([asks, handled, running], 'all', 'Jonas').map(({ id }) => id)).toEqual(['7']);
  expect(remindersOf([asks], 'own', 'Jonas')).toEqual([]);
});
