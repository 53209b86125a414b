import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Job } from '../../schema/model/job/job.ts';
import { type Browser, openServer, realDocuments, type TestServer } from '../../tests/support/test-server.ts';
import { documentIdOf, graphiqlHeader, readTrustedDocuments } from './trusted-document.ts';

let world: TestServer;
let browser: Browser;
beforeAll(async () => {
  world = await openServer();
  browser = await world.signIn('deployer');
});
afterAll(() => world[Symbol.asyncDispose]());

const [known = ''] = [...realDocuments()].find(([, text]) => text.startsWith('query Viewer')) ?? [];
const unknown = documentIdOf('{ viewer { role } }');
const free = '{ viewer { role canDeploy } }';
const start = 'mutation { startBackport(input: { changes: ["1"], acceptUnverified: true }) { __typename } }';
const page = (): Record<string, string> => ({
  cookie: browser.cookie,
  'x-spiderpig-page-key': browser.pageKey,
});

type Payload = Record<string, unknown>;

async function http(headers: Record<string, string>, payload: Payload): Promise<string> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(payload),
  });
  return await response.text();
}

const events = (headers: Record<string, string>, payload: Payload): Promise<string> =>
  http({ accept: 'text/event-stream', prefer: 'wait=20', ...headers }, payload);

function socket(headers: Record<string, string>, payload: Payload): Promise<string> {
  return new Promise((resolve, reject) => {
    const { cookie, authorization } = headers;
    const open = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { ...(cookie ? { cookie } : {}), ...(authorization ? { authorization } : {}) },
    });
    const init = { pageKey: headers['x-spiderpig-page-key'], [graphiqlHeader]: headers[graphiqlHeader] };
    open.on('open', () => open.send(JSON.stringify({ type: 'connection_init', payload: init })));
    open.on('message', (data) => {
      const { type } = JSON.parse(String(data));
      if (type === 'connection_ack')
        open.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '', ...payload } }));
      else {
        resolve(String(data));
        open.terminate();
      }
    });
    open.on('close', (code) => reject(new Error(`closed with ${code}`)));
  });
}

describe.each([
  ['HTTP', http],
  ['an event stream', events],
  ['a WebSocket', socket],
])('over %s', (transport, ask) => {
  test('the server executes a trusted document by its id', async () => {
    expect(await ask(page(), { documentId: known })).toContain('"role":"DEPLOYER"');
  });

  test('an unknown document id gives an error that says to reload', async () => {
    for (const documentId of [unknown, 'sha256:', known.slice(7), '__proto__', 5, {}]) {
      const answer = await ask(page(), { documentId });
      expect(answer).toContain('"PERSISTED_QUERY_NOT_FOUND"');
      expect(answer).toContain('reload the page');
      expect(answer).not.toContain('"http"');
    }
  });

  test('G4 the server refuses other documents from a browser session, with any client name', async () => {
    const before = await world.db.em().count(Job);
    for (const more of [{}, { 'x-graphql-client-name': 'graphiql' }, { [graphiqlHeader]: browser.pageKey }]) {
      for (const query of [free, start]) {
        const answer = await ask({ ...page(), ...more }, { query });
        expect(answer).toContain('"PERSISTED_QUERY_REQUIRED"');
        expect(answer).not.toContain('"data"');
      }
    }
    expect(await ask(page(), { documentId: known, query: start })).toContain('not both');
    const extensions = { persistedQuery: { version: 1, sha256Hash: documentIdOf(start).slice(7) } };
    expect(await ask(page(), { query: start, extensions })).toContain('"PERSISTED_QUERY_REQUIRED"');
    expect(await world.db.em().count(Job)).toBe(before);
  });

  test('the server executes any document, or an id, for a token', async () => {
    const headers = { authorization: `Bearer ${await world.token('read')}` };
    expect(await ask(headers, { query: free })).toContain('"canDeploy":false');
    expect(await ask(headers, { documentId: known })).toContain('"canDeploy":false');
    expect(await ask(headers, { documentId: unknown })).toContain('"PERSISTED_QUERY_NOT_FOUND"');
  });

  test('the server executes any document for GraphiQL with its key, over HTTP and event streams', async () => {
    const html = await (
      await fetch(`${world.url}/graphql`, { headers: { cookie: browser.cookie, accept: 'text/html' } })
    ).text();
    const key = /<meta name="graphiql-key" content="([\w-]{43})">/.exec(html)?.[1] ?? '';
    const answer = await ask({ ...page(), [graphiqlHeader]: key }, { query: free });
    expect(answer).toContain(transport === 'a WebSocket' ? '"PERSISTED_QUERY_REQUIRED"' : '"canDeploy":true');
    // It is not valid for another session.
    const other = await world.signIn('admin', 'eve');
    const headers = { cookie: other.cookie, 'x-spiderpig-page-key': other.pageKey, [graphiqlHeader]: key };
    expect(await ask(headers, { query: free })).toContain('"PERSISTED_QUERY_REQUIRED"');
  });
});

test('the server refuses the GraphiQL page to a script', async () => {
  for (const dest of ['empty', 'iframe', 'object', 'script']) {
    const response = await fetch(`${world.url}/graphql`, {
      headers: { cookie: browser.cookie, accept: 'text/html', 'sec-fetch-dest': dest },
    });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('graphiql-key');
  }
});

test('a manifest in which an id is not the hash of its document is rejected', () => {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-documents-'));
  const file = join(directory, 'manifest.json');
  writeFileSync(file, JSON.stringify({ [known]: start }));
  expect(() => readTrustedDocuments(file)).toThrow(/npm run codegen/);
  rmSync(directory, { recursive: true });
});

test('all documents of the web client are within the limits', async () => {
  const token = await world.token('deploy');
  for (const [documentId, text] of realDocuments()) {
    const name = /^(?:fragment .*)?(?:query|mutation|subscription) (\w+)/.exec(text)?.[1];
    if (text.includes('subscription ')) continue;
    const variables = {
      id: '1',
      jobId: '1',
      after: null,
      first: 100,
      input: {},
      filter: null,
    };
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ documentId, variables }),
    });
    expect([name, (await response.text()).includes('TOO_LARGE')]).toEqual([name, false]);
  }
});
