import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { expect, test } from 'vitest';
import { rowNumber, shownId } from './id.ts';
import { schema } from './schema.ts';

/** The access rule of a field, as Pothos stores it. */
function ruleOf(type: GraphQLObjectType, name: string): unknown {
  const options: unknown = type.getFields()[name]?.extensions['pothosOptions'];
  return typeof options === 'object' && options !== null && 'authScopes' in options
    ? options.authScopes
    : undefined;
}

test('every root field has the expected access rule', () => {
  const rules = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) =>
      isObjectType(type)
        ? Object.keys(type.getFields()).map((name) => [`${type.name}.${name}`, ruleOf(type, name)])
        : [],
  );
  const deploy = { deploy: true };
  const read = { read: true };
  const browser = { browser: true };
  const administer = { administer: true };
  expect(Object.fromEntries(rules)).toEqual({
    'Query.viewer': read,
    'Mutation.createWebhook': administer,
    'Mutation.updateWebhook': administer,
    'Mutation.renewWebhookSecret': administer,
    'Mutation.deleteWebhook': administer,
    'Mutation.testWebhook': administer,
    'Mutation.replayDelivery': administer,
    'Query.webhooks': administer,
    'Mutation.savePushSubscription': browser,
    'Mutation.removePushSubscription': browser,
    'Query.job': read,
    'Query.jobs': read,
    'Query.statistics': read,
    'Query.system': read,
    'Query.changes': read,
    'Query.changeOrder': read,
    'Query.train': read,
    'Query.errorLog': read,
    'Query.auditLog': administer,
    'Query.people': administer,
    'Query.tokens': administer,
    'Query.operationUses': administer,
    'Mutation.startBackport': deploy,
    'Mutation.startTrain': deploy,
    'Mutation.answerInteraction': deploy,
    'Mutation.claimInteraction': deploy,
    'Mutation.stopJob': deploy,
    'Mutation.moveJob': deploy,
    'Mutation.handOverJob': deploy,
    'Mutation.retryJob': deploy,
    'Mutation.revertJob': deploy,
    'Mutation.revealLines': deploy,
    'Mutation.holdDeployments': administer,
    'Mutation.releaseDeployments': administer,
    'Mutation.banUser': administer,
    'Mutation.unbanUser': administer,
    'Mutation.rebindUser': administer,
    'Mutation.endSessionsOf': administer,
    'Mutation.endAllSessions': administer,
    'Mutation.endSessionsOfEveryone': administer,
    'Mutation.revokeTokenOf': administer,
    'Mutation.endSession': browser,
    'Mutation.endOtherSessions': browser,
    'Mutation.makeToken': browser,
    'Mutation.revokeToken': browser,
    'Mutation.beginAuthenticator': browser,
    'Mutation.confirmAuthenticator': browser,
    'Mutation.removeAuthenticator': browser,
    'Mutation.renamePasskey': browser,
    'Mutation.removePasskey': browser,
    'Subscription.jobUpdates': read,
    'Subscription.jobWatchers': read,
    'Subscription.jobLog': read,
    'Subscription.jobLogSearch': read,
    'Subscription.jobLogMarks': read,
    'Subscription.systemUpdates': read,
    'Subscription.trainUpdates': read,
    'Subscription.errorLogUpdates': read,
    'Subscription.jobHealthUpdates': read,
  });
});

/** Everything in the schema that must have a description, by its coordinate. */
function descriptions(): [coordinate: string, description: string | null | undefined][] {
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      const own: ReturnType<typeof descriptions> = [[type.name, type.description]];
      if (isEnumType(type))
        for (const value of type.getValues()) own.push([`${type.name}.${value.name}`, value.description]);
      if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          own.push([`${type.name}.${field.name}`, field.description]);
          for (const argument of 'args' in field ? field.args : [])
            own.push([`${type.name}.${field.name}(${argument.name}:)`, argument.description]);
        }
      }
      return own;
    });
}

test('every type, field, argument and enum value of the schema has a description', () => {
  const missing = descriptions().filter(([, description]) => !description);
  expect(missing.map(([coordinate]) => coordinate)).toEqual([]);
});

test('every enum says that it may grow', () => {
  const silent = Object.values(schema.getTypeMap())
    .filter((type) => isEnumType(type) && !type.name.startsWith('__'))
    .filter(({ description }) => !description?.includes('may be added'));
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('every list with cursors has edges, nodes, page info and a total count, as Relay defines them', () => {
  const connections = Object.values(schema.getTypeMap()).filter(
    // Gerrit gives no cursors.
    ({ name }) => name.endsWith('Connection') && name !== 'ChangeConnection',
  );
  const fields = connections.map((type) => [
    type.name,
    isObjectType(type) ? Object.keys(type.getFields()).sort() : [],
  ]);
  expect(fields).not.toEqual([]);
  expect(fields).toEqual(connections.map(({ name }) => [name, ['edges', 'nodes', 'pageInfo', 'totalCount']]));
});

test('schema.graphql is current', async () => {
  const print = join(import.meta.dirname, 'print.ts');
  await expect(promisify(execFile)(process.execPath, [print, '--check'])).resolves.toMatchObject({
    stderr: '',
  });
});

test('only a positive 32-bit number without leading zeros is a valid ID', () => {
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

test('an ID in a message is short and has no invisible characters', () => {
  expect(shownId('abc')).toBe('abc');
  expect(shownId('x'.repeat(21))).toBe('of this name');
  expect(shownId('a\u202eb')).toBe('of this name');
});

test('every member of a result union is a success or implements Refusal with its own code', () => {
  const unions = Object.values(schema.getTypeMap())
    .filter((type) => isUnionType(type))
    .filter(({ name }) => name.endsWith('Result'));
  const members = unions.flatMap((union) => union.getTypes());
  const refusals = members.filter(({ name }) => !name.endsWith('Success'));
  expect(refusals.length).toBeGreaterThan(20);
  const without = refusals.filter((type) => !type.getInterfaces().some(({ name }) => name === 'Refusal'));
  expect(without.map(({ name }) => name)).toEqual([]);
  // The code of each is the name of its type.
  const codes = new Set(refusals.map(({ name }) => name.replaceAll(/(?<!^)([A-Z])/g, '_$1').toUpperCase()));
  const code = schema.getType('RefusalCode');
  expect(isEnumType(code) && code.getValues().map(({ name }) => name)).toEqual([...codes].sort());
});

test('only the two oldest refusals are called Unknown…; others are called …NotFound', () => {
  const names = Object.keys(schema.getTypeMap()).filter((name) => name.startsWith('Unknown'));
  // Decision 54.
  expect(names.sort()).toEqual(['UnknownLane', 'UnknownToken']);
});
