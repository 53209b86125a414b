import { expect, it } from 'vitest';
import { storableText } from '../model/store/column.ts';
import { beginningOf } from './beginning.ts';
import { eventSentence } from './event-text.ts';

it('a text is not cut within a character', () => {
  expect(beginningOf('ab🦄c', 3)).toBe('ab');
  expect(beginningOf('ab🦄c', 4)).toBe('ab🦄');
  expect(beginningOf('ab🦄', 4)).toBe('ab🦄');
  expect(beginningOf('🦄', 1)).toBe('');
  expect(beginningOf('', 0)).toBe('');
});

it('stored texts and events that are too long end with a whole character', () => {
  expect(storableText('ab🦄c', 3)).toBe('ab…');
  const hold = { reason: `${'x'.repeat(149)}🦄 and more`, endsAt: null };
  const sentence = eventSentence('held', { by: 'alice', job: null, question: null, hold });
  expect(sentence).toContain('x…”');
});
