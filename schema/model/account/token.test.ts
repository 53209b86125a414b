import { expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/support/database.ts';
import { ApiToken, createToken, findToken, tokenProblem } from './token.ts';

it('the use of a token is recorded at most once a minute, and not when it is only looked at', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  const token = await createToken(database, { name: 'bot', scope: 'read', userName: 'alice' });
  const now = Date.now();
  const usedAt = async () => (await database.em().findOneOrFail(ApiToken, { name: 'bot' })).lastUsedAt;
  expect(await findToken(database, token, now, 'looked at')).not.toBeNull();
  expect(await usedAt()).toBeNull();
  await findToken(database, token, now);
  await findToken(database, token, now + 59_000);
  await findToken(database, token, now + 120_000, 'looked at');
  expect(await usedAt()).toBe(now);
  await findToken(database, token, now + 120_000);
  expect(await usedAt()).toBe(now + 120_000);
});

it('C9 a token of a clock that was far ahead is refused, and says so', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  const now = Date.now();
  const request = { name: 'bot', scope: 'read', userName: 'alice' } as const;
  const ahead = await createToken(database, request, now + 400 * 24 * 3_600_000);
  expect(await findToken(database, ahead, now)).toBeNull();
  expect(await tokenProblem(database.em(), ahead, now)).toEqual({
    problem: 'expired',
    message: expect.stringContaining('by a clock that was far ahead'),
  });
  // Clocks of hosts differ a little.
  const slightly = await createToken(database, request, now + 60_000);
  expect(await findToken(database, slightly, now)).not.toBeNull();
});
