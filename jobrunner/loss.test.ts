import { describe, expect, it } from 'vitest';
import { claimJob } from '../schema/model/job/claim.ts';
import { Job } from '../schema/model/job/job.ts';
import { readLines } from '../schema/model/log/log.ts';
import { dialects, openTestDatabase } from '../tests/support/database.ts';
import { loseJob } from './loss.ts';

describe.each(dialects)('a lost job on %s', (dialect) => {
  it('is closed once, with one last line, when several jobrunners notice at once', async () => {
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
});
