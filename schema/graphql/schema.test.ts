import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type GraphQLObjectType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { rowNumber, shownId } from './id.ts';
import { schema } from './schema.ts';

/** The rule that a field carries, from what Pothos was told of it. */
function ruleOf(type: GraphQLObjectType, name: string): unknown {
  const options: unknown = type.getFields()[name]?.extensions['pothosOptions'];
  return typeof options === 'object' && options !== null && 'authScopes' in options
    ? options.authScopes
    : undefined;
}

test('every root field carries a rule, and mutations the stronger one', () => {
  const rules = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) =>
      isObjectType(type)
        ? Object.keys(type.getFields()).map((name) => [`${type.name}.${name}`, ruleOf(type, name)])
        : [],
  );
  const deploy = { deploy: true };
  const read = { read: true };
  const administer = { administer: true };
  expect(Object.fromEntries(rules)).toEqual({
    'Query.viewer': read,
    'Query.job': read,
    'Query.jobs': read,
    'Query.system': read,
    'Query.auditLog': administer,
    'Query.people': administer,
    'Query.tokens': administer,
    'Mutation.startBackport': deploy,
    'Mutation.answerInteraction': deploy,
    'Mutation.stopJob': deploy,
    'Mutation.retryJob': deploy,
    'Mutation.revealLines': deploy,
    'Mutation.holdDeployments': administer,
    'Mutation.releaseDeployments': administer,
    'Mutation.banUser': administer,
    'Mutation.unbanUser': administer,
    'Mutation.endSessionsOf': administer,
    'Mutation.endAllSessions': administer,
    'Mutation.revokeTokenOf': administer,
    'Subscription.jobUpdates': read,
    'Subscription.jobLog': read,
    'Subscription.jobLogSearch': read,
    'Subscription.jobLogMarks': read,
    'Subscription.systemUpdates': read,
  });
});

test('every type of ours says what it is', () => {
  const silent = Object.values(schema.getTypeMap()).filter(
    (type) =>
      !type.name.startsWith('__') &&
      !['Query', 'Mutation', 'Subscription'].includes(type.name) &&
      !type.description,
  );
  expect(silent.map((type) => type.name)).toEqual([]);
});

test('the printed schema is current', async () => {
  const print = join(import.meta.dirname, 'print.ts');
  await expect(promisify(execFile)(process.execPath, [print, '--check'])).resolves.toMatchObject({
    stderr: '',
  });
});

test('an ID is a row number or nobody’s', () => {
  expect(rowNumber('7')).toBe(7);
  expect(rowNumber('2147483647')).toBe(2_147_483_647);
  for (const id of [
    '',
    '0',
    '-1',
    '1e3',
    '07',
    ' 7',
    '7\n',
    'abc',
    '2147483648',
    '9999999999999',
    '٣',
    '1.0',
  ]) {
    expect(rowNumber(id)).toBeNull();
  }
});

test('what is repeated of an ID is short and visible', () => {
  expect(shownId('abc')).toBe('abc');
  expect(shownId('x'.repeat(21))).toBe('of this name');
  expect(shownId('a\u202eb')).toBe('of this name');
});
