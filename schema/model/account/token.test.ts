import { expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/support/database.ts';
import { ApiToken, createToken, findToken } from './token.ts';

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
