// Owns example production errors for tests of the page. Owns no test.
import type {
  ErrorLogUpdatesSubscription,
  ErrorRowFragment,
  JobHealthUpdatesSubscription,
} from '../../client/generated/graphql.ts';

type Log = ErrorLogUpdatesSubscription['errorLogUpdates'];
type Health = JobHealthUpdatesSubscription['jobHealthUpdates'];

const source = { readAt: '2026-11-20T12:00:00.000Z', problem: null, failingSince: null };
const usual = { kind: 'USUAL', text: 'No more errors than usual', basis: '12 errors in 3 min' } as const;
const rate = (perMinute: number) => ({ perMinute });

/** A message that is not new, unless `changes` say otherwise. */
export const errorRow = (id: string, changes: Partial<ErrorRowFragment> = {}): ErrorRowFragment => ({
  id,
  text: `TypeError: Foo::bar${id}(): Argument #1 must be of type string, null given`,
  isNew: false,
  count: 1_204,
  firstSeenAt: '2026-11-20T11:30:00.000Z',
  lastSeenAt: '2026-11-20T11:59:00.000Z',
  versions: [{ name: '1.45.0-wmf.13', count: 1_204 }],
  wikis: [
    { name: 'dewiki', count: 1_000 },
    { name: null, count: 204 },
  ],
  trend: [1, 4, 2],
  dashboardUrl: null,
  ...changes,
});

/** The error log of an hour with two messages, unless `changes` say otherwise. */
export const errorLog = (changes: Partial<Log> = {}, range: Partial<Log['range']> = {}): Log => ({
  source,
  dashboardUrl: 'https://logstash.example/dashboard',
  ...changes,
  range: {
    from: '2026-11-20T11:00:00.000Z',
    to: '2026-11-20T12:00:00.000Z',
    total: { errors: 2_408, perMinute: 40.1 },
    verdict: usual,
    trend: [30, 41, 40],
    versions: [{ name: '1.45.0-wmf.13', count: 2_408 }],
    messageCount: 2,
    newMessageCount: 1,
    otherErrors: 0,
    messages: [errorRow('1', { isNew: true }), errorRow('2')],
    ...range,
  },
});

/** Errors during a job that changes nothing, unless `changes` say otherwise. */
export const jobHealth = (changes: Partial<Health> = {}): Health => ({
  source,
  verdict: usual,
  before: rate(12),
  since: rate(13),
  now: rate(12.4),
  stages: [{ name: 'TESTSERVERS', rate: rate(0.2), verdict: usual }],
  targets: [
    { target: 'TESTSERVERS', before: rate(0.1), since: rate(0.2), now: rate(0), verdict: usual },
    { target: 'CANARIES', before: rate(1), since: null, now: rate(1), verdict: usual },
    { target: 'PRODUCTION', before: rate(11), since: null, now: rate(11), verdict: usual },
  ],
  trend: [12, 11, 13],
  trendFrom: '2026-11-20T11:00:00.000Z',
  messages: [errorRow('1', { isNew: true })],
  dashboardUrl: null,
  ...changes,
});
