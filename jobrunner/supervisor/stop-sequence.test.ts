import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StopSequence } from './stop-sequence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stop sequence, and the signals that it sent; those in parentheses without a request. */
function openSequence(graceSeconds: number): { stop: StopSequence; sent: string[] } {
  const sent: string[] = [];
  const stop = new StopSequence(graceSeconds, {
    send: (signal) => sent.push(signal),
    onEscalated: (signal) => sent.push(`(${signal} after the grace time)`),
  });
  return { stop, sent };
}

it('the stop sequence sends SIGINT for each interrupt, however often it is requested', () => {
  const { stop, sent } = openSequence(0);
  for (let times = 0; times < 4; times++) expect(stop.request('interrupt')).toBe('SIGINT');
  expect(sent).toEqual(['SIGINT', 'SIGINT', 'SIGINT', 'SIGINT']);
  expect(stop.taken).toEqual(['interrupt']);
});

it('the stop sequence never escalates without a grace time', () => {
  const { stop, sent } = openSequence(0);
  stop.request('interrupt');
  vi.advanceTimersByTime(100_000_000);
  expect(sent).toEqual(['SIGINT']);
});

it('the stop sequence sends exactly the requested signal, also a weaker one after a stronger one', () => {
  const { stop, sent } = openSequence(0);
  stop.request('terminate');
  stop.request('interrupt');
  stop.request('kill');
  expect(sent).toEqual(['SIGTERM', 'SIGINT', 'SIGKILL']);
  expect(stop.taken).toEqual(['terminate', 'interrupt', 'kill']);
});

it('the stop sequence begins again with nothing taken after a reset', () => {
  const { stop, sent } = openSequence(30);
  stop.request('interrupt');
  stop.reset();
  expect(stop.taken).toEqual([]);
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual(['SIGINT']);
  expect(stop.request('interrupt')).toBe('SIGINT');
});

it('with a grace time a stop escalates from SIGINT to SIGTERM to SIGKILL, and then ends', () => {
  const { stop, sent } = openSequence(30);
  stop.request('interrupt');
  vi.advanceTimersByTime(29_999);
  expect(sent).toEqual(['SIGINT']);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual(['SIGINT', 'SIGTERM', '(SIGTERM after the grace time)']);
  vi.advanceTimersByTime(1_000_000);
  expect(sent.slice(3)).toEqual(['SIGKILL', '(SIGKILL after the grace time)']);
  expect(stop.taken).toEqual(['interrupt', 'terminate', 'kill']);
});

it('the stop sequence does not escalate while scap waits for an answer to a question after the last signal', () => {
  const { stop, sent } = openSequence(30);
  stop.questionAsked();
  stop.request('interrupt');
  stop.questionAsked();
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual(['SIGINT']);
});

it('the stop sequence sends nothing by itself after it was disposed', () => {
  const { stop, sent } = openSequence(30);
  stop.request('interrupt');
  stop[Symbol.dispose]();
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual(['SIGINT']);
});
