// Tests what happens to claimed jobs that have no supervisor.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { claimJob } from '../../schema/model/job/claim.ts';
import { Job } from '../../schema/model/job/job.ts';
import { addToLedger } from '../../schema/model/store/ledger.ts';
import { readConfiguration } from '../../schema/process/configuration/configuration-reader.ts';
import { dialects, openTestDatabase } from '../../tests/support/database.ts';
import { checkSupervisors } from './supervisor-check.ts';

describe.each(dialects)('on %s', (dialect) => {
  it('B5 the jobrunner loses a claimed job without a supervisor, instead of running it again, when the database was restored', async () => {
    await using test = await openTestDatabase(dialect);
    const { database } = test;
    const { id } = await test.enqueue();
    await claimJob(database, 'here', ['default']);
    const rewound = { kind: 'rewound', known: null, at: Date.now() + 1_000 } as const;
    await database.write([], (em) => addToLedger(database.execute, em, rewound));
    const configuration = readConfiguration({
      options: {},
      environment: { HOME: '/home/x' },
      root: '/nowhere',
    });
    const context = { configuration, database, logger: pino({ enabled: false }) };
    const state = { unsupervised: new Map(), unknownSupervision: new Set<number>() };
    for (let check = 0; check < 2; check++) await checkSupervisors(context, state);
    expect(await database.em().findOneOrFail(Job, { id })).toMatchObject({
      state: 'lost',
      supervisor: null,
      reason: expect.stringContaining('The database was restored or has lost commits'),
    });
  });
});
