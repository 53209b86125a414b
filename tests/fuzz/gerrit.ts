// Owns random answers of Gerrit, which the server reads when a client searches for changes or starts a job.
import type { Random } from '../crash/random.ts';
import { oddText, oddValue, tampered } from './value.ts';
import { ask, type GerritAnswer, type Part } from './world.ts';

const search = `query ($search: String!) { changes(search: $search, first: 20) {
  hasMore askedAt unavailable nodes { number url subject project branch owner status commitMessage problem warnings } } }`;
const order = `query ($changes: [ID!]!) { changeOrder(changes: $changes) {
  order missing { change { number subject } kind neededBy outdated addable } missingCount unknown cycle complete unavailable } }`;
const start = `mutation ($changes: [String!]!) { startBackport(input: { changes: $changes }) {
  __typename ... on Refusal { code message }
  ... on StartBackportSuccess { job { id title changes { number subject url commitMessage warnings } } } } }`;

const changeId = `I${'a'.repeat(40)}`;
/** A commit of one of a few changes. */
const commitOf = (random: Random): string => String(random.integer(1, 9)).repeat(40);

/** A member of a relation chain as Gerrit describes it. */
const chainMember = (random: Random) => ({
  project: 'mediawiki/core',
  change_id: changeId,
  commit: { commit: commitOf(random), parents: [{ commit: commitOf(random) }], subject: oddText(random) },
  _change_number: random.integer(1, 30),
  _revision_number: 1,
  _current_revision_number: random.integer(1, 2),
  status: random.pick(['NEW', 'MERGED', 'ABANDONED']),
});

/** A change as Gerrit describes it. */
const change = (random: Random, revision = commitOf(random)) => ({
  _number: random.integer(1, 30),
  project: 'mediawiki/core',
  branch: 'wmf/1.46.0-wmf.3',
  change_id: changeId,
  subject: oddText(random),
  status: random.pick(['NEW', 'MERGED', 'ABANDONED', 'DRAFT']),
  mergeable: random.chance(0.5),
  work_in_progress: random.chance(0.2),
  owner: { name: oddText(random), username: 'jonas', _account_id: 1 },
  labels: { 'Code-Review': random.pick([{}, { approved: {} }, { rejected: {} }, null, 'x']) },
  current_revision: revision,
  revisions: {
    [revision]: {
      commit: {
        parents: [{ commit: commitOf(random) }],
        message: `${oddText(random).repeat(random.integer(1, 30))}\nDepends-On: ${changeId}\n`,
      },
      files: { 'i18n/en.json': {} },
    },
  },
  _more_changes: random.chance(0.2),
});

/** An answer: mostly changes with some odd members, sometimes something else than an answer of Gerrit. */
function answerOf(random: Random): GerritAnswer {
  const list = Array.from({ length: random.integer(0, 25) }, () => tampered(random, change(random)));
  const chain = {
    changes: Array.from({ length: random.integer(0, 12) }, () => tampered(random, chainMember(random))),
  };
  const usual = random.chance(0.6) ? list : chain;
  const json = JSON.stringify(random.chance(0.9) ? usual : oddValue(random));
  const whole = `)]}'\n${json}`;
  const body = random.chance(0.8)
    ? whole
    : random.pick<string | Buffer>([
        json,
        whole.slice(0, random.integer(0, whole.length)),
        `)]}'\n${'['.repeat(20_000)}`,
        '<!doctype html><title>Sign in</title>',
        Buffer.from([0x29, 0x5d, 0x7d, 0x27, 0x0a, 0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d]),
        `)]}'\n"${'x'.repeat(5_000_000)}"`,
        '',
      ]);
  const status = random.chance(0.95) ? 200 : random.pick([204, 302, 400, 401, 403, 404, 429, 500, 503]);
  return {
    status,
    headers: {
      'content-type': random.pick(['application/json', 'text/html']),
      'retry-after': '0',
      location: '/x',
    },
    body: status === 204 ? '' : body,
  };
}

const sentAs = (answers: readonly GerritAnswer[]): string =>
  answers.map(({ status, body }) => `${status} ${String(body).slice(0, 300)}`).join('\n');

export const gerritPart: Part = {
  name: 'Gerrit answers',
  async send(world, random) {
    const answers: GerritAnswer[] = [];
    world.gerrit = () => {
      const next = answerOf(random);
      answers.push(next);
      return next;
    };
    const numbers = Array.from({ length: random.integer(1, 8) }, () => String(random.integer(1, 30)));
    if (random.chance(0.3)) {
      const answer = await ask(world, { query: order, variables: { changes: numbers } });
      return { sent: sentAs(answers), answer };
    }
    const answer = random.chance(0.6)
      ? // A new search each time: the results of searches are cached.
        await ask(world, { query: search, variables: { search: `message ${random.next()}` } })
      : await ask(world, { query: start, variables: { changes: numbers } });
    return { sent: sentAs(answers), answer };
  },
};
