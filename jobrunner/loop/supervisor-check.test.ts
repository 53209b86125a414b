// Tests what happens to claimed jobs that have no supervisor.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { claimJob } from '../../schema/model/job/claim.ts';
import { Job } from '../../schema/model/job/job.ts';
import { identify } from '../../schema/model/runner/process.ts';
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
    const context = {
      configuration,
      database,
      logger: pino({ enabled: false }),
      followed: new Set<number>(),
    };
    const state = { unsupervised: new Map(), unknownSupervision: new Set<number>(), followsEarlier: false };
    for (let check = 0; check < 2; check++) await checkSupervisors(context, state);
    expect(await database.em().findOneOrFail(Job, { id })).toMatchObject({
      state: 'lost',
      supervisor: null,
      reason: expect.stringContaining('The database was restored or has lost commits'),
    });
  });

  it('the jobrunner logs the end of a job that it has taken over from an earlier one', async () => {
    await using test = await openTestDatabase(dialect);
    const { database } = test;
    const { id } = await test.enqueue();
    await claimJob(database, 'here', ['default']);
    const supervisor = { ...identify(process.pid), cgroup: null };
    await database.write([], (em) =>
      em.nativeUpdate(Job, { id }, { supervisor, state: 'running', startedAt: 1_000 }),
    );
    const configuration = readConfiguration({
      options: {},
      environment: { HOME: '/home/x' },
      root: '/nowhere',
    });
    const entries: string[] = [];
    const logger = pino({ base: null, timestamp: false }, { write: (line: string) => entries.push(line) });
    const context = { configuration, database, logger, followed: new Set<number>() };
    const state = { unsupervised: new Map(), unknownSupervision: new Set<number>(), followsEarlier: false };
    await checkSupervisors(context, state);
    expect(entries).toEqual([]);
    await database.write([], (em) =>
      em.nativeUpdate(Job, { id }, { state: 'succeeded', outcome: 'deployed', finishedAt: 3_500 }),
    );
    for (let check = 0; check < 2; check++) await checkSupervisors(context, state);
    expect(entries.map((line): unknown => JSON.parse(line))).toEqual([
      {
        level: 30,
        job: id,
        kind: 'backport',
        lane: 'default',
        state: 'succeeded',
        outcome: 'deployed',
        seconds: 2.5,
        msg: 'job ended',
      },
    ]);
  });
});
