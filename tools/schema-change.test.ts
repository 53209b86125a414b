import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { objectionTo, readSchemas, schemaChanges } from './schema-change.ts';

const now = Date.UTC(2026, 10, 29);
const old = 'use `b`; removed after 2026-10-01 (deprecated on 2026-06-01)';
const recent = 'use `b`; removed after 2027-03-01 (deprecated on 2026-11-01)';

const released = buildSchema(`
  type Query {
    kept(first: Int = 10, old: Int @deprecated(reason: "${old}")): Kind
    old: Old @deprecated(reason: "${old}")
    recent: Int @deprecated(reason: "${recent}")
    b: Int
  }
  type Old { a: Int @deprecated(reason: "${old}") }
  type A { id: ID }
  union Result = A
  enum Kind { ONE TWO @deprecated(reason: "${old}") }
  input In { a: Int }
`);

/** The objections to the change from the released schema to another. */
async function objections(current: string, uses = new Map<string, number>()): Promise<string[]> {
  const versions = { version: '1', released, current: buildSchema(current) };
  const changes = await schemaChanges(versions);
  return changes.flatMap((change) => objectionTo(change, versions, uses, now) ?? []);
}

const rest = 'type A { id: ID } union Result = A enum Kind { ONE } input In { a: Int }';
const removed = `type Query { kept(first: Int = 10): Kind recent: Int @deprecated(reason: "${recent}") b: Int } ${rest}`;

describe('a change of the API', () => {
  test('parts whose deprecation has expired may be removed, with the type that only they returned', async () => {
    expect(await objections(removed)).toEqual([]);
  });

  test('a removed part that a client used in the last 30 days is refused', async () => {
    const day = 86_400_000;
    expect(await objections(removed, new Map([['Query.old', now - 29 * day]]))).toEqual([
      expect.stringContaining('a client used it on 2026-10-31'),
    ]);
    expect(await objections(removed, new Map([['Query.kept(old:)', now - 29 * day]]))).toHaveLength(1);
    expect(await objections(removed, new Map([['Query.old', now - 31 * day]]))).toEqual([]);
  });

  test.each([
    ['a field before its time', 'recent: Int @deprecated', 'stays until 2027-03-01'],
    ['a field that is not deprecated', 'b: Int', 'was not deprecated'],
    ['a union member', 'union Result = A', 'this breaks clients'],
    ['an argument that is not deprecated', '(first: Int = 10)', 'was not deprecated'],
  ])('removing %s is refused', async (_, part, objection) => {
    const without = removed
      .replace(part === 'recent: Int @deprecated' ? /recent: Int @deprecated\(reason: ".*?"\)/ : part, '')
      .replace(
        'input In',
        part === 'union Result = A' ? 'union Result = Other type Other { id: ID } input In' : 'input In',
      );
    expect(await objections(without)).toContainEqual(expect.stringContaining(objection));
  });

  test.each([
    ['the type of a field', 'b: Int', 'b: String'],
    ['a default value', 'first: Int = 10', 'first: Int = 20'],
    ['a required argument', 'first: Int = 10', 'first: Int = 10, more: Int!'],
    ['a required input field', 'input In { a: Int }', 'input In { a: Int b: Int! }'],
  ])('changing %s is refused', async (_, from, to) => {
    expect(await objections(removed.replace(from, to))).toEqual([expect.stringContaining('breaks clients')]);
  });

  test('enum values, union members, and optional arguments may be added', async () => {
    const grown = removed
      .replace('ONE', 'ONE THREE')
      .replace('Result = A', 'Result = A | B type B { id: ID }')
      .replace('first: Int = 10', 'first: Int = 10, more: Int')
      .replace('{ a: Int }', '{ a: Int b: Int }');
    expect(await objections(grown)).toEqual([]);
  });
});

test('the current API has no objectionable change since the last release', async () => {
  const versions = readSchemas();
  const changes = await schemaChanges(versions);
  expect(changes.flatMap((change) => objectionTo(change, versions, new Map(), now) ?? [])).toEqual([]);
});
