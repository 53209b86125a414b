// Tests how the answer on the user's access is parsed.
import { afterEach, expect, test, vi } from 'vitest';
import { deniedAccess, fetchAccess, parseAccess } from './access.ts';

afterEach(() => vi.unstubAllGlobals());

const access = {
  user: 'guest',
  groups: { viewer: ['staff'], deployer: ['deployers'], admin: [] },
  accessHelp: 'Ask the operators.',
};

const noGroup = { standing: 'no group', ...access };
const nothingElse = { secondFactor: null, end: null, isAmbiguous: false };

test('an answer on access is parsed', () => {
  expect(parseAccess(noGroup)).toEqual({ ...access, state: 'no group', reason: null, ...nothingElse });
  expect(parseAccess({ standing: 'banned', user: 'eve', accessHelp: null, reason: 'left' })).toEqual({
    state: 'banned',
    user: 'eve',
    accessHelp: null,
    groups: null,
    reason: 'left',
    ...nothingElse,
  });
});

test('members of a wrong type are dropped, and an invalid answer is null', () => {
  expect(parseAccess({ ...noGroup, user: 1, groups: { viewer: [1, 'staff'], deployer: 'x' } })).toMatchObject(
    {
      user: null,
      groups: { viewer: ['staff'], deployer: [], admin: [] },
    },
  );
  for (const nonsense of [null, 'in', {}, { standing: 'king' }]) expect(parseAccess(nonsense)).toBeNull();
});

test('a user without a group has no access until the server grants it', async () => {
  const answers = (body: unknown, status = 200) =>
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }));
  answers(noGroup);
  await fetchAccess();
  expect(deniedAccess.value?.user).toBe('guest');
  answers({ standing: 'in', user: 'ada' });
  expect((await fetchAccess())?.state).toBe('in');
  expect(deniedAccess.value).toBeNull();
  vi.stubGlobal('fetch', async () => new Response('Not found', { status: 404 }));
  expect(await fetchAccess()).toBeNull();
});
