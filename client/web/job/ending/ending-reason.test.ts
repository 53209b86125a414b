// Tests what the card of an ended job says beside its heading.
import { expect, test } from 'vitest';
import { mark } from '../../../../tests/component/log-mark.ts';
import { endingErrors, quotesOnly, remainingReason } from './ending-reason.ts';

const error = (number: number, text: string) => mark(number, 'ERROR', text);
const all = { hasPhase: true, hasErrors: true, exit: 'scap exited with status 70' };

test('a reason repeats neither the phase of the heading nor the error lines', () => {
  const reason = 'Failed in “Sync k8s canaries” (exit status 70). Last error: “ERROR: canaries failed”.';
  expect(remainingReason(reason, all)).toBe('scap exited with status 70.');
  expect(remainingReason(reason, { ...all, hasErrors: false })).toBe(
    'scap exited with status 70. Last error: “ERROR: canaries failed”.',
  );
  expect(remainingReason(reason, { ...all, hasPhase: false, hasErrors: false })).toBe(reason);
});

test('what else a reason says stays: the open question, a signal, who stopped the job', () => {
  const asking = 'Failed in “Checks” (exit status 1). scap was asking “Continue?”. Last errors: “a”, “b”.';
  expect(remainingReason(asking, all)).toBe('scap exited with status 70. scap was asking “Continue?”.');
  const stopped = 'Stopped by bob in “Checks”: scap was interrupted (ended by SIGINT).';
  expect(remainingReason(stopped, all)).toBe(stopped);
});

test('the errors are those that the reason quotes', () => {
  const marks = [error(3, 'ERROR: old'), error(8, 'ERROR:  one'), error(9, 'ERROR: two')];
  const reason = 'Failed (exit status 1). Last errors: “ERROR: one”, “ERROR: two”.';
  const lastError = { number: 9, text: 'ERROR: two' };
  expect(endingErrors({ lastError, reason }, marks).map(({ number }) => number)).toEqual([8, 9]);
});

test('a reason keeps its errors while not all of them are shown', () => {
  const reason = 'Failed (exit status 1). Last errors: “a”, “b”, “c”.';
  const lastError = { number: 9, text: 'c' };
  expect(quotesOnly(reason, endingErrors({ lastError, reason }, []))).toBe(false);
  const marks = [error(7, 'a'), error(8, 'b'), error(9, 'c')];
  expect(quotesOnly(reason, endingErrors({ lastError, reason }, marks))).toBe(true);
  expect(quotesOnly('Failed. Last error: “c”.', [lastError])).toBe(true);
  expect(quotesOnly('Failed.', [])).toBe(true);
});

test('a job without a recorded error has the last error of its log, if there is one', () => {
  const job = { lastError: null, reason: 'Failed (exit status 1).' };
  expect(endingErrors(job, [error(3, 'ERROR: a'), error(8, 'ERROR: b')])).toEqual([
    { number: 8, text: 'ERROR: b' },
  ]);
  expect(endingErrors(job, [])).toEqual([]);
});
