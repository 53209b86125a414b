import { describe, expect, it } from 'vitest';
import { claimJob } from '../schema/model/job/claim.ts';
import { Job } from '../schema/model/job/job.ts';
import { appendLines, readLines } from '../schema/model/log/log.ts';
import { recordPartialLine } from '../schema/model/log/partial-line.ts';
import { addToLedger } from '../schema/model/store/ledger.ts';
import { dialects, openTestDatabase } from '../tests/support/database.ts';
import { loseJob } from './loss.ts';

describe.each(dialects)('a lost job on %s', (dialect) => {
  it('a lost job is closed once, with one last line, when several jobrunners notice it', async () => {
    await using test = await openTestDatabase(dialect);
    const { id } = await test.enqueue();
    await claimJob(test.database, 'here', ['default']);
    const job = await test.database.em().findOneOrFail(Job, { id });
    const noticing = [test.database, await test.another(), await test.another()];
    await Promise.all(noticing.map((database) => loseJob(database, job)));
    const lost = await test.database.em().findOneOrFail(Job, { id });
    expect(lost).toMatchObject({ state: 'lost', reason: expect.stringContaining('ended unexpectedly') });
    expect(await readLines(test.database, id, 0, 10)).toMatchObject([
      { number: 1, kind: 'exit', text: lost.reason },
    ]);
  });

  it('the reason of a lost job says that the database was restored, if the end was not recorded because of that', async () => {
    await using test = await openTestDatabase(dialect);
    const { database } = test;
    const reason = async (): Promise<string> => {
      const { id } = await test.enqueue();
      await claimJob(database, 'here', ['default']);
      await loseJob(database, await database.em().findOneOrFail(Job, { id }));
      return (await database.em().findOneOrFail(Job, { id })).reason ?? '';
    };
    expect(await reason()).toContain('ended unexpectedly');
    const rewound = { kind: 'rewound', known: null, at: Date.now() + 60_000 } as const;
    await database.write([], (em) => addToLedger(database.execute, em, rewound));
    expect(await reason()).toContain('The database was restored or has lost commits');
  });

  it('H4 a lost job keeps what scap printed without a newline, once, with its time', async () => {
    await using test = await openTestDatabase(dialect);
    const line = { at: 5, kind: 'output', sensitive: false, continues: false } as const;
    const printed = async (number: number): Promise<string[]> => {
      const { id } = await test.enqueue();
      await claimJob(test.database, 'here', ['default']);
      await appendLines(test.database, id, 1, [
        { ...line, text: 'whole' },
        { ...line, kind: 'status', text: 'our own line' },
      ]);
      await recordPartialLine(test.database, id, number, { at: 7, text: 'half', sensitive: false });
      const job = await test.database.em().findOneOrFail(Job, { id });
      await Promise.all([test.database, await test.another()].map((database) => loseJob(database, job)));
      const lines = await readLines(test.database, id, 0, 10);
      expect(lines.at(-1)?.kind).toBe('exit');
      return lines.slice(2, -1).map(({ at, text }) => `${at} ${text}`);
    };
    expect(await printed(2)).toEqual(['7 half']);
    expect(await printed(3)).toEqual(['7 half']);
    // The first line of output completed it.
    expect(await printed(1)).toEqual([]);
  });
});
