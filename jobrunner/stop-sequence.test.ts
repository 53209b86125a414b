import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StopSequence } from './stop-sequence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stop with a grace time of 30 s, and the signals that it sent; those in parentheses without a request. */
function openSequence(): { stop: StopSequence; sent: string[] } {
  const sent: string[] = [];
  const stop = new StopSequence(30, {
    send: (signal) => sent.push(signal),
    onEscalated: (signal) => sent.push(`(${signal} after the grace time)`),
  });
  return { stop, sent };
}

it('escalates from SIGINT to SIGTERM to SIGKILL, each after the grace time, and then stops', () => {
  const { stop, sent } = openSequence();
  expect(stop.request('interrupt')).toBe('SIGINT');
  vi.advanceTimersByTime(29_999);
  expect(sent).toEqual(['SIGINT']);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual(['SIGINT', 'SIGTERM', '(SIGTERM after the grace time)']);
  vi.advanceTimersByTime(1_000_000);
  expect(sent.slice(3)).toEqual(['SIGKILL', '(SIGKILL after the grace time)']);
  expect(stop.taken).toEqual(['interrupt', 'terminate', 'kill']);
});

it('a repeated request goes one step further immediately, but never past SIGKILL', () => {
  const { stop, sent } = openSequence();
  for (let times = 0; times < 4; times++) stop.request('interrupt');
  expect(sent).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGKILL']);
});

it('a request for kill skips the steps before it', () => {
  const { stop, sent } = openSequence();
  expect(stop.request('kill')).toBe('SIGKILL');
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual(['SIGKILL']);
});

it('does not escalate while scap waits for an answer to a question after the last signal', () => {
  const { stop, sent } = openSequence();
  stop.questionAsked();
  stop.request('interrupt');
  stop.questionAsked();
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual(['SIGINT']);
  expect(stop.request('interrupt')).toBe('SIGTERM');
  vi.advanceTimersByTime(30_000);
  expect(sent.slice(2)).toEqual(['SIGKILL', '(SIGKILL after the grace time)']);
});

it('sends nothing after it was disposed', () => {
  const { stop, sent } = openSequence();
  stop.request('interrupt');
  stop[Symbol.dispose]();
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual(['SIGINT']);
});
