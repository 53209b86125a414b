// Owns measuring the cost of access control: authentication, closing many sockets together, refusing hostile documents.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { endSession, findSession } from '../../schema/model/account/session.ts';
import { createSignInLink, redeemSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { Turns } from '../../server/graphql/turn.ts';
import { Gate } from '../../server/sign-in/identity.ts';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import type { Bench } from '../support/section.ts';

const rules = {
  provider: null,
  publicUrl: null,
  basePath: '',
  secondFactor: true,
  roleGroups: { viewer: [], deployer: [], admin: [] },
};

async function timed(times: number, task: (n: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  // The first calls are slower, until the code is compiled.
  for (let n = -50; n < times; n++) {
    const began = performance.now();
    await task(n);
    if (n >= 0) took.push(performance.now() - began);
  }
  return took;
}

/** Authentication, with which every request and every operation over a socket begins. */
async function measureCheck(bench: Bench, world: World): Promise<Figure[]> {
  const gate = new Gate(world.database, rules, new Turns());
  const times = bench.quick ? 200 : 2_000;
  const code = await createSignInLink(world.database, 'ada', 'deployer');
  const { secret, pageKey } = await redeemSignInLink(world.database, code);
  const token = await world.token();
  const select = await timed(times, () => world.database.execute('select 1 as one', []));
  const known = async (judged: Promise<unknown>): Promise<void> => {
    if ((await judged) === null) throw new Error('a valid session was not accepted');
  };
  const beside = { baseline: ['select 1', select] } as const;
  return [
    figureOf(
      'authentication by session and page key',
      'ms',
      await timed(times, () => known(gate.identify({ by: 'session', secret, others: [], pageKey }, 'page'))),
      beside,
    ),
    figureOf(
      'authentication by token',
      'ms',
      await timed(times, () => known(gate.identify({ by: 'token', token }, 'page'))),
      beside,
    ),
  ];
}

/** Sockets whose sessions are all revoked together: the time until each is closed. */
async function measureRevocation(bench: Bench, world: World): Promise<Figure[]> {
  const people = bench.quick ? 10 : 50;
  const each = 10;
  const sessions: number[] = [];
  const sockets: WebSocket[] = [];
  for (let person = 0; person < people; person++) {
    const code = await createSignInLink(world.database, `person ${person}`, 'viewer');
    const { secret, pageKey } = await redeemSignInLink(world.database, code);
    sessions.push((await findSession(world.database, secret))?.session.id ?? 0);
    for (let n = 0; n < each; n++) {
      const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: `spiderpig=${secret}` },
      });
      sockets.push(socket);
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey } }));
      await once(socket, 'message');
    }
  }
  const closed = sockets.map(async (socket) => {
    const [code] = await once(socket, 'close');
    if (code !== 4403) throw new Error(`a socket was closed with ${code}`);
    return performance.now();
  });
  const began = performance.now();
  await Promise.all(sessions.map((id) => endSession(world.database, id)));
  const took = (await Promise.all(closed)).map((at) => at - began);
  return [
    figureOf(`${sockets.length} sockets of ${people} people: session ended → socket closed`, 'ms', took),
  ];
}

const many = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

/** Documents that are designed to be expensive. Each measurement uses a different one, so that no cache helps. */
const hostile: Readonly<Record<string, string>> = {
  '1,000 aliases': `{ ${many(1_000, (n) => `a${n}: viewer { role }`)} }`,
  'exponential fragments': `{ ...a0 } ${many(25, (n) => `fragment a${n} on Query { ...a${n + 1} x: system { version } ...a${n + 1} }`)} fragment a25 on Query { system { version } }`,
  '10,000 directives': `{ viewer { role ${'@a '.repeat(10_000)} } }`,
  'first: 10^9': '{ jobs(first: 1000000000) { nodes { id } } }',
  'repeated fields': `{ ${'viewer { user { id } } '.repeat(300)} }`,
  '100 fragments': `{ viewer { ${many(100, (n) => `...f${n}`)} } } ${many(100, (n) => `fragment f${n} on Viewer { role canDeploy }`)}`,
  brackets: '{a'.repeat(15_000),
  'a megabyte': `{ viewer { role } } #${'x'.repeat(1_000_000)}`,
};

async function measureRefusal(bench: Bench, world: World): Promise<Figure[]> {
  const token = await world.token();
  const times = bench.quick ? 10 : 40;
  let documents = 0;
  const ask = async (query: string, refused: boolean): Promise<void> => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `#${documents++}\n${query}` }),
    });
    if ((await response.text()).includes('"data"') === refused)
      throw new Error('a document was not accepted or refused as expected');
  };
  const plain = await timed(times, () => ask('{ viewer { role } }', false));
  const figures: Figure[] = [];
  for (const [name, query] of Object.entries(hostile)) {
    if (bench.timeIsUp()) break;
    figures.push(
      figureOf(`refused, over HTTP: ${name}`, 'ms', await timed(times, () => ask(query, true)), {
        baseline: ['a small document that is accepted', plain],
      }),
    );
  }
  return figures;
}

/** Measures authentication, closing sockets after a revocation, and refusing hostile documents. */
export async function measureAccess(bench: Bench): Promise<Figure[]> {
  await using world = await bench.open({ jobrunner: false });
  return [
    ...(await measureCheck(bench, world)),
    ...(await measureRefusal(bench, world)),
    ...(await measureRevocation(bench, world)),
  ];
}
