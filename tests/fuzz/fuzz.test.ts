// Tests some random input of each kind. `npm run nightly` sends each for ten minutes, with another seed each time.
import { expect, test } from 'vitest';
import { fuzz, type PartResult, parts, roundsOf } from './run.ts';

test('G6 no random operation, request, frame or answer of another service gets an internal error', async () => {
  const results: PartResult[] = [];
  for await (const result of fuzz('short', { rounds: 80 })) results.push(result);
  expect(results.flatMap(({ violations }) => violations)).toEqual([]);
  expect(results.map(({ rounds }) => rounds)).toEqual(parts.map((part) => roundsOf(part, 80)));
});
