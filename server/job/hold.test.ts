import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { userNamed } from '../../schema/model/account/user.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import { Job } from '../../schema/model/job/job.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { dialects, makeDatabase } from '../../tests/support/database.ts';
import { openServer, queuedJob } from '../../tests/support/test-server.ts';

test.each(dialects)(
  'C8: systemUpdates on %s sends the begin, release and expiry of a hold',
  async (dialect) => {
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-hold-'));
    const { url, drop } = await makeDatabase(dialect, directory);
    try {
      await using world = await openServer({ databaseUrl: url });
      await using elsewhere = await openDatabase(url);
      const { cookie, pageKey } = await world.signIn('admin', 'ada');
      const admin = { cookie, 'x-spiderpig-page-key': pageKey };
      const user = await elsewhere.write([], (em) => userNamed(em, 'grace', Date.now()));
      const query = 'subscription { systemUpdates { hold { id reason by { name } since endsAt } } }';
      const updates = world.socket(await world.token('read')).iterate<{
        systemUpdates: {
          hold: { id: string; reason: string; by: { name: string }; endsAt: string | null } | null;
        };
      }>({ query });
      const next = async () => (await updates.next()).value?.data?.systemUpdates.hold;
      expect(await next()).toBeNull();

      // Another process does it, so the server is notified of it only by the doorbell.
      const { id } = await holdDeployments(elsewhere, { reason: 'switchover', endsAt: null, user });
      expect(await next()).toMatchObject({
        id: String(id),
        reason: 'switchover',
        by: { name: 'grace' },
        endsAt: null,
      });
      const document = (fields: string) =>
        `mutation ($holdId: ID!) { releaseDeployments(input: { holdId: $holdId }) { __typename ${fields} } }`;
      const release = (holdId: unknown) =>
        world.ask(admin, document('... on DeploymentsNotHeld { message }'), { holdId });
      expect((await release(id)).data.releaseDeployments.__typename).toBe('ReleaseDeploymentsSuccess');
      expect(await next()).toBeNull();
      for (const holdId of [id, 'x'])
        expect((await release(holdId)).data.releaseDeployments.__typename).toBe('DeploymentsNotHeld');

      const endsAt = Date.now() + 2_500;
      await holdDeployments(elsewhere, { reason: 'a moment', endsAt, user });
      expect(await next()).toMatchObject({ reason: 'a moment', endsAt: new Date(endsAt).toISOString() });
      expect(await next()).toBeNull();
      expect(Date.now() - endsAt).toBeGreaterThanOrEqual(0);
      await updates.return?.();
    } finally {
      await drop();
      rmSync(directory, { recursive: true });
    }
  },
);

test('G1: the server rejects an invalid hold with the reason, and no start or retry creates a job during a hold', async () => {
  await using world = await openServer();
  const { cookie, pageKey } = await world.signIn('admin', 'ada');
  const admin = { cookie, 'x-spiderpig-page-key': pageKey };
  const hold = (input: object) =>
    world.ask(
      admin,
      `mutation ($input: HoldDeploymentsInput!) { holdDeployments(input: $input) { __typename
         ... on HoldNotAccepted { message } ... on DeploymentsHeld { message hold { by { name } } } } }`,
      { input },
    );
  const kind = async (input: object) => (await hold(input)).data.holdDeployments.__typename;
  expect(await kind({ reason: ' ' })).toBe('HoldNotAccepted');
  expect(await kind({ reason: 'x', endsAt: '2020-01-01T00:00:00Z' })).toBe('HoldNotAccepted');
  expect((await hold({ reason: 'x', endsAt: 'soon' })).errors).toHaveLength(1);
  const jobId = await queuedJob(world.db);
  const token = await world.token('deploy');
  await world.ask(token, 'mutation ($jobId: ID!) { stopJob(input: { jobId: $jobId }) { __typename } }', {
    jobId,
  });
  expect(await kind({ reason: 'switchover' })).toBe('HoldDeploymentsSuccess');
  const again = (await hold({ reason: 'mine' })).data.holdDeployments;
  expect(again).toMatchObject({ __typename: 'DeploymentsHeld', hold: { by: { name: 'ada' } } });
  const before = await world.db.em().count(Job);
  const retried = await world.ask(
    token,
    'mutation ($jobId: ID!) { retryJob(input: { jobId: $jobId }) { __typename ... on DeploymentsHeld { message } } }',
    { jobId },
  );
  expect(retried.data.retryJob).toEqual({ __typename: 'DeploymentsHeld', message: again.message });
  expect(again.message).toContain('“switchover”');
  const started = await world.ask(
    token,
    'mutation { startBackport(input: { changes: ["7"] }) { __typename ... on DeploymentsHeld { message } } }',
  );
  // The error is not GerritUnavailable: the hold is checked first.
  expect(started.data.startBackport).toEqual({ __typename: 'DeploymentsHeld', message: again.message });
  expect(await world.db.em().count(Job)).toBe(before);
});
