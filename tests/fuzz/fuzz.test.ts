// Tests some random input of each kind. `npm run nightly` sends each for ten minutes, with another seed each time.
import { expect, test } from 'vitest';
import { fuzz, type PartResult, parts, roundsOf } from './run.ts';

/** Of the checks that each answer about a passkey passes, those of which a missing one would let another person in. */
const passkeyChecks = [
  ...[
    'use: accepted',
    'use: signature',
    'use: Response counter',
    'use: Unexpected RP ID',
    'use: User not present',
  ],
  ...['response type', 'response challenge', 'response origin'].map(
    (what) => `use: Unexpected authentication ${what}`,
  ),
  ...['add: accepted', 'add: Unexpected RP ID', 'add: User presence', 'add: Unexpected public key alg'],
  ...['response type', 'response challenge', 'response origin'].map(
    (what) => `add: Unexpected registration ${what}`,
  ),
  ...['add: None attestation had', 'add: Unsupported Attestation Format'],
];

test('G6 C19 no random operation, request, frame or answer of another service gets an internal error', async () => {
  const results: PartResult[] = [];
  for await (const result of fuzz('short', { rounds: 80 })) results.push(result);
  expect(results.flatMap(({ violations }) => violations)).toEqual([]);
  expect(results.map(({ rounds }) => rounds)).toEqual(parts.map((part) => roundsOf(part, 80)));
  const reached = results.flatMap((result) => result.reached);
  for (const check of passkeyChecks) expect(reached).toContainEqual(expect.stringContaining(check));
});
