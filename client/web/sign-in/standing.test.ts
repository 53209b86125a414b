// Tests how the server's word on where somebody stands is read.
import { afterEach, expect, test, vi } from 'vitest';
import { askStanding, outside, standingIn } from './standing.ts';

afterEach(() => vi.unstubAllGlobals());

const noGroup = {
  standing: 'no group',
  user: 'guest',
  groups: { viewer: ['staff'], deployer: ['deployers'], admin: [] },
  accessHelp: 'Ask the operators.',
};

const nothingElse = { secondFactor: null, end: null };

test('an answer is read as it is', () => {
  expect(standingIn(noGroup)).toEqual({ ...noGroup, reason: null, ...nothingElse });
  expect(standingIn({ standing: 'banned', user: 'eve', accessHelp: null, reason: 'left' })).toEqual({
    standing: 'banned',
    user: 'eve',
    accessHelp: null,
    groups: null,
    reason: 'left',
    ...nothingElse,
  });
});

test('what is not text is left out, and what is no answer is none', () => {
  expect(standingIn({ ...noGroup, user: 1, groups: { viewer: [1, 'staff'], deployer: 'x' } })).toMatchObject({
    user: null,
    groups: { viewer: ['staff'], deployer: [], admin: [] },
  });
  for (const nonsense of [null, 'in', {}, { standing: 'king' }]) expect(standingIn(nonsense)).toBeNull();
});

test('only somebody without a group is kept out by it', async () => {
  const answers = (body: unknown, status = 200) =>
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }));
  answers(noGroup);
  await askStanding();
  expect(outside.value?.user).toBe('guest');
  answers({ standing: 'in', user: 'ada' });
  expect((await askStanding())?.standing).toBe('in');
  expect(outside.value).toBeNull();
  vi.stubGlobal('fetch', async () => new Response('Not found', { status: 404 }));
  expect(await askStanding()).toBeNull();
});
