import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import {
  listUses,
  maxUseRows,
  type NewUses,
  otherUses,
  recordUses,
  removeUnusedUses,
  usedFields,
} from './operation-use.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 29);

const use = (operation: string, more: Partial<NewUses> = {}): NewUses => ({
  key: { client: "bot's", version: '1', tokenId: 7, operation },
  uses: 1,
  at: now,
  fields: ['Job.id'],
  ...more,
});

describe.each(dialects)('the record of uses on %s', (dialect) => {
  let world: TestDatabase;
  beforeAll(async () => {
    world = await openTestDatabase(dialect);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const all = async (fields: readonly string[] | null = null) =>
    (await listUses(world.database, { first: 100, after: 0, fields })).rows;

  test('a later use adds to the row of its client, and keeps when each field was last used', async () => {
    await recordUses(world.database, [use('A', { uses: 2, at: now - day, fields: ['Job.id', 'Job.title'] })]);
    await recordUses(world.database, [use('A', { uses: 3 }), use('B')]);
    const rows = await all();
    expect(rows.map(({ operation, uses, lastUsedAt }) => [operation, uses, lastUsedAt])).toEqual([
      ['A', 5, now],
      ['B', 1, now],
    ]);
    expect(rows.map((row) => Object.fromEntries(usedFields(row)))).toEqual([
      { 'Job.id': now, 'Job.title': now - day },
      { 'Job.id': now },
    ]);
    expect((await all(['Job.title', 'Job.state'])).map(({ operation }) => operation)).toEqual(['A']);
    expect(await all(['Job.tit'])).toEqual([]);
    expect(await all([])).toEqual([]);
  });

  test('servers that add uses at the same time lose none', async () => {
    const servers = Array.from({ length: 8 }, (_, n) =>
      recordUses(world.database, [use('both', { fields: [`Job.field${n}`] }), use(`own ${n}`)]),
    );
    await Promise.all(servers);
    const row = (await all()).find(({ operation }) => operation === 'both');
    expect(row?.uses).toBe(8);
    expect(row && usedFields(row).size).toBe(8);
  });

  test('an underscore in the name of a value matches only itself', async () => {
    await recordUses(world.database, [use('value', { fields: ['Role.SUPERxUSER'] })]);
    expect(await all(['Role.SUPER_USER'])).toEqual([]);
    expect(await all(['Role.SUPERxUSER'])).toHaveLength(1);
  });

  test('a row that was not used for 90 days is deleted', async () => {
    await recordUses(world.database, [
      use('old', { at: now - 90 * day - 1 }),
      use('kept', { at: now - 89 * day }),
    ]);
    await recordUses(world.database, [use('new')]);
    await removeUnusedUses(world.database, now);
    const operations = (await all()).map(({ operation }) => operation);
    expect(operations).toContain('kept');
    expect(operations).not.toContain('old');
  });

  test('uses for which there is no row left are recorded together', async () => {
    const { total } = await listUses(world.database, { first: 1, after: 0, fields: null });
    const many = Array.from({ length: maxUseRows - total }, (_, n) => use(`invented ${n}`));
    await recordUses(world.database, many);
    await recordUses(world.database, [use('one more', { uses: 4 }), use('A'), use('another', { uses: 5 })]);
    const { rows } = await listUses(world.database, { first: 10, after: 0, fields: null });
    expect(rows.find(({ operation }) => operation === 'A')?.uses).toBe(6);
    const after = Math.max(...rows.map(({ id }) => id)) + maxUseRows - 20;
    const last = (await listUses(world.database, { first: 100, after, fields: null })).rows.at(-1);
    expect(last).toMatchObject({ ...otherUses, uses: 9 });
  });
});
