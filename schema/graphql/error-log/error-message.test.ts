// Tests how counts of the error log become numbers of GraphQL.
import { GraphQLInt } from 'graphql';
import { expect, test } from 'vitest';
import { intCount } from './error-message.ts';

test.each([
  [7, 7],
  [2_147_483_647, 2_147_483_647],
  [2_147_483_648, 2_147_483_647],
  [Number.MAX_SAFE_INTEGER * 100, 2_147_483_647],
])('the count %i is the Int %i', (count, int) => {
  expect(GraphQLInt.coerceOutputValue(intCount(count))).toBe(int);
});
