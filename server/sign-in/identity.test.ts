import { expect, it } from 'vitest';
import { createToken } from '../../schema/model/account/token.ts';
import { openTestDatabase } from '../../tests/support/database.ts';
import { Turns } from '../graphql/turn.ts';
import { Gate } from './identity.ts';

it('the server does one authentication in a turn of the event loop, so that simultaneous ones do not block it', async () => {
  await using world = await openTestDatabase('sqlite');
  const token = await createToken(world.database, { name: 'bot', scope: 'read', userName: 'alice' });
  const rules = {
    provider: null,
    publicUrl: null,
    basePath: '',
    secondFactor: false,
    roleGroups: { viewer: [], deployer: [], admin: [] },
  };
  const gate = new Gate(world.database, rules, new Turns());
  let turn = 0;
  const tick = (): void => {
    turn++;
    immediate = setImmediate(tick);
  };
  let immediate = setImmediate(tick);
  const turns = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const identity = await gate.identify({ by: 'token', token }, 'page');
      expect(identity?.user.name).toBe('alice');
      return turn;
    }),
  );
  clearImmediate(immediate);
  expect(new Set(turns).size).toBe(10);
});
