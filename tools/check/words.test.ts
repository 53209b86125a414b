import { expect, test } from 'vitest';
import { findBannedWords } from './words.ts';

const wordsIn = (text: string) => findBannedWords(new Map([['a.ts', text]]));

test('the word check reports a banned word with its line', () => {
  expect(wordsIn('// fine\n// It is opened anew.')).toEqual([
    { where: 'a.ts', line: 2, message: expect.stringContaining('"anew"') },
  ]);
});

test.each(['const lastDeed = 1;', 'const deed = 1;', 'Deeds of a job', 'a job that was wished for'])(
  'the word check reports a banned word in "%s"',
  (text) => {
    expect(wordsIn(text)).toHaveLength(1);
  },
);

test.each(['const indeed = 1;', 'a recommendation', 'the commended', 'console.count(1)'])(
  'the word check accepts "%s", which only contains the letters of a banned word',
  (text) => {
    expect(wordsIn(text)).toEqual([]);
  },
);
