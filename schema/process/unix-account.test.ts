import { expect, it } from 'vitest';
import { hasUnixAccount } from './unix-account.ts';

it.each(['root', 'nobody'])('the account search finds the Unix account %s', async (name) => {
  expect(await hasUnixAccount(name)).toBe(true);
});

it.each(['no-such-account', '0', '65534', '-u', '--help', '', 'root\n', 'ro ot', 'ada@example.org'])(
  'the account search finds no Unix account %j',
  async (name) => {
    expect(await hasUnixAccount(name)).toBe(false);
  },
);
