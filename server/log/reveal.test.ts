import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditEntry } from '../../schema/model/account/audit.ts';
import { User } from '../../schema/model/account/user.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { dialects } from '../../tests/support/database.ts';
import { openServerOn } from '../../tests/support/server.ts';
import { line, runningJob, type TestServer } from '../../tests/support/test-server.ts';

const document = `mutation ($input: RevealLinesInput!) {
  revealLines(input: $input) {
    __typename
    ... on RevealLinesSuccess { lines { number text } }
    ... on JobNotFound { message }
  }
}`;

describe.each(dialects)('on %s', (dialect) => {
  let world: TestServer;
  let id: number;
  let other: number;
  beforeAll(async () => {
    world = await openServerOn(dialect);
    const end = { state: 'succeeded', reason: 'done', exit: { status: 0, signal: null } } as const;
    id = await runningJob(world.db);
    await appendLines(world.db, id, 1, [line('open'), line('first secret', { sensitive: true })]);
    await appendLines(world.db, id, 3, [
      line('second ', { sensitive: true, continues: true }),
      line('secret', { sensitive: true }),
      line('open'),
    ]);
    await endJob(world.db, id, end);
    other = await runningJob(world.db);
    await appendLines(world.db, other, 1, [line('of another job', { sensitive: true })]);
    await endJob(world.db, other, end);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const reveal = (by: string | Record<string, string>, from: number, to: number, jobId: unknown = id) =>
    world.ask(by, document, { input: { jobId, from, to } });
  const recorded = () => world.db.em().find(AuditEntry, { action: 'reveal' }, { orderBy: { id: 'asc' } });

  describe('sensitive lines', () => {
    test('revealLines shows sensitive lines to a deployer and records each reveal', async () => {
      const began = Date.now();
      const before = (await recorded()).length;
      const token = await world.token('deploy', 'grace');
      const expected = {
        revealLines: {
          __typename: 'RevealLinesSuccess',
          lines: [
            { number: 2, text: 'first secret' },
            { number: 3, text: 'second ' },
            { number: 4, text: 'secret' },
          ],
        },
      };
      expect(await reveal(token, 1, 1_000)).toEqual({ data: expected });
      const rows = (await recorded()).slice(before);
      const user = await world.db.em().findOneOrFail(User, { name: 'grace' });
      expect(rows).toMatchObject([
        { action: 'reveal', jobId: id, user: user.id, detail: 'lines 1–5 (3 sensitive)' },
      ]);
      expect(rows[0]?.at).toBeGreaterThanOrEqual(began);
      expect((await reveal(token, 4, 4)).data.revealLines.lines).toEqual([{ number: 4, text: 'secret' }]);
      expect((await recorded()).at(-1)?.detail).toBe('line 4 (1 sensitive)');
      expect(await recorded()).toHaveLength(before + 2);
    });

    test('revealLines records nothing if the range has no sensitive line', async () => {
      const before = (await recorded()).length;
      const token = await world.token('deploy');
      expect((await reveal(token, 5, 5)).data.revealLines.lines).toEqual([]);
      expect((await reveal(token, 900, 999)).data.revealLines.lines).toEqual([]);
      expect(await recorded()).toHaveLength(before);
    });

    test('G2 revealLines shows only lines of the given job', async () => {
      const token = await world.token('deploy');
      expect((await reveal(token, 1, 100, other)).data.revealLines.lines).toEqual([
        { number: 1, text: 'of another job' },
      ]);
      expect((await recorded()).at(-1)).toMatchObject({ jobId: other, detail: 'line 1 (1 sensitive)' });
      for (const wrong of [999_999, 'x', '-1']) {
        expect((await reveal(token, 1, 5, wrong)).data.revealLines.__typename).toBe('JobNotFound');
      }
    });

    test('G2 revealLines refuses a viewer and a token with scope read', async () => {
      const before = (await recorded()).length;
      const { errors, data } = await reveal(await world.token('read'), 1, 5);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect(data?.revealLines ?? null).toBeNull();
      expect(await recorded()).toHaveLength(before);
    });

    test('revealLines rejects an invalid range', async () => {
      const token = await world.token('deploy');
      const code = async (from: number, to: number) =>
        (await reveal(token, from, to)).errors?.[0]?.extensions.code;
      expect(await code(0, 5)).toBe('BAD_USER_INPUT');
      expect(await code(-3, 5)).toBe('BAD_USER_INPUT');
      expect(await code(5, 4)).toBe('BAD_USER_INPUT');
      expect(await code(1, 1_001)).toBe('BAD_USER_INPUT');
      expect(await code(2_147_483_647, 2_147_483_647)).toBeUndefined();
    });

    test('revealLines shows nothing if the reveal cannot be recorded', async () => {
      const token = await world.token('deploy');
      await world.db.execute('alter table audit_entry rename to audit_entry_away', []);
      try {
        const { data, errors } = await reveal(token, 1, 5);
        expect(JSON.stringify(data ?? null)).not.toContain('secret');
        expect(errors).toHaveLength(1);
      } finally {
        await world.db.execute('alter table audit_entry_away rename to audit_entry', []);
      }
      expect(world.logged.join('')).not.toContain('first secret');
    });
  });
});
