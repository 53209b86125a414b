// Owns random answers of services that the server asks or sends to: the error log, the task of the train, Conduit, webhook receivers, push services.
import { requestSearch, SearchFailed } from '../../server/error-log/request.ts';
import { readPage, searchBody } from '../../server/error-log/search.ts';
import { GerritRequestFailed } from '../../server/gerrit/request.ts';
import { newestBranch, openBlockers, trainTask } from '../../server/train/upstream.ts';
import { sendWebhook } from '../../server/webhook/request.ts';
import type { Random } from '../crash/random.ts';
import { oddText, oddValue, tampered } from './value.ts';
import type { FuzzWorld, GerritAnswer, Part } from './world.ts';

const timeout = 5_000;
const bucket = (random: Random) => ({
  key: {
    slot: random.integer(0, 10) * 15_000,
    message: oddText(random),
    version: '1.46.0-wmf.3',
    wiki: 'enwiki',
  },
  key_as_string: oddText(random),
  doc_count: random.integer(0, 9),
});
const buckets = (random: Random) => ({
  buckets: Array.from({ length: random.integer(0, 5) }, () => bucket(random)),
});

/** What one of the services answers when it works. */
const usual: readonly ((random: Random) => unknown)[] = [
  (random) => ({
    timed_out: false,
    _shards: { total: 2, successful: 2, failed: 0 },
    hits: { total: { value: 3 } },
    aggregations: {
      messages: { ...buckets(random), after_key: { slot: 1 } },
      slots: buckets(random),
      canaries: buckets(random),
      testservers: buckets(random),
    },
  }),
  (random) => ({
    current: {
      task_id: random.pick(['T1', oddText(random)]),
      version: '1.46.0-wmf.3',
      status: oddText(random),
      date: '2026-11-29',
    },
  }),
  (random) => ({
    error_code: random.chance(0.8) ? null : oddText(random),
    result: {
      data: [
        {
          id: 1,
          phid: 'PHID-TASK-1',
          destinationPHID: 'PHID-TASK-2',
          fields: { name: oddText(random), status: { value: 'open' } },
        },
      ],
    },
  }),
  (random) => [{ ref: 'refs/heads/wmf/1.46.0-wmf.3' }, { ref: oddText(random) }],
];

/** `kind`: whose answer, see {@link usual}. */
function answerOf(random: Random, kind: number): GerritAnswer {
  const json =
    JSON.stringify(
      random.chance(0.9)
        ? tampered(random, (random.chance(0.9) ? (usual[kind] ?? oddValue) : random.pick(usual))(random))
        : oddValue(random),
    ) ?? '';
  const body = random.chance(0.85)
    ? json
    : random.pick<string | Buffer>([
        json.slice(0, random.integer(0, json.length)),
        '['.repeat(50_000),
        '<!doctype html><title>Sign in</title>',
        Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
        'x'.repeat(3_000_000),
        '',
      ]);
  const status = random.chance(0.85)
    ? 200
    : random.pick([201, 204, 301, 302, 400, 401, 403, 404, 410, 413, 429, 500, 503]);
  return {
    status,
    headers: {
      'content-type': random.pick(['application/json', 'text/html', 'text/event-stream']),
      'retry-after': random.pick(['0', '-1', '1e99', 'Thu, 01 Jan 1970 00:00:00 GMT', 'soon']),
      location: random.pick(['/x', 'http://169.254.169.254/', '//evil', 'javascript:x']),
    },
    body: status === 204 ? '' : body,
  };
}

/** The requests of the server to its services, in the order of {@link usual}; then one that takes any answer. */
const tries: readonly ((world: FuzzWorld, random: Random) => Promise<unknown>)[] = [
  async ({ serviceUrl }) => {
    const page = { from: 0, to: 60_000, size: 100, after: null };
    const query = { query: '*', canaries: 'a', testservers: 'b' };
    const access = { url: serviceUrl, index: 'x', credentialsFile: null, timeout };
    return readPage(await requestSearch(access, searchBody(query, page), AbortSignal.timeout(timeout)), page);
  },
  ({ serviceUrl }) => trainTask({ taskUrl: serviceUrl, phorgeUrl: serviceUrl }, { timeout }),
  ({ serviceUrl, secretFile }) =>
    openBlockers('T1', { phorgeUrl: serviceUrl, tokenFile: secretFile }, { timeout }),
  ({ serviceUrl }) => newestBranch(serviceUrl, { timeout }),
  ({ serviceUrl: url }, random) =>
    sendWebhook({
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(oddText(random)),
      isPermitted: () => true,
      timeout,
      signal: AbortSignal.timeout(2 * timeout),
    }),
];

export const servicePart: Part = {
  name: 'answers of other services',
  async send(world, random) {
    const answers: GerritAnswer[] = [];
    const kind = random.integer(0, tries.length - 1);
    world.gerrit = () => {
      const next = answerOf(random, kind);
      answers.push(next);
      return next;
    };
    let answer: string;
    try {
      answer = `200 ${JSON.stringify(await tries[kind]?.(world, random))}`;
    } catch (error) {
      // What the server shows as a problem of that service. Any other error is a defect.
      if (!(error instanceof SearchFailed || error instanceof GerritRequestFailed)) throw error;
      answer = `refused: ${error.message}`;
    }
    return {
      sent: answers.map(({ status, body }) => `${status} ${String(body).slice(0, 300)}`).join('\n'),
      answer: answer.slice(0, 2_000),
    };
  },
};
