// Tests a server below a base path, over HTTP and WebSocket.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openServer, queuedJob, type TestServer } from '../../tests/support/test-server.ts';
import { cookieScope, pageKeyHeader } from '../sign-in/identity.ts';
import { withBasePath } from './static-files.ts';

let world: TestServer;
let origin = '';
beforeAll(async () => {
  world = await openServer({ configuration: { basePath: '/spiderpig' } });
  origin = new URL(world.url).origin;
  await mkdir(join(world.staticDirectory, 'assets'), { recursive: true });
  const html = '<meta name="base-path" content="/" /><script src="/assets/main-abc.js"></script>';
  await writeFile(join(world.staticDirectory, 'preloads.json'), '{"train":["/assets/train-abc.js"]}');
  await writeFile(join(world.staticDirectory, 'index.html'), html);
  await writeFile(join(world.staticDirectory, 'index.html.br'), 'compressed without the base path');
  await writeFile(join(world.staticDirectory, 'assets', 'main-abc.js'), 'script');
});
afterAll(() => world[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, { headers, redirect: 'manual' });

it('the server sends the page with the base path in its addresses, and its files', async () => {
  expect(world.url).toBe(`${origin}/spiderpig`);
  const page = await get('/spiderpig/jobs/7');
  expect([page.status, await page.text()]).toEqual([
    200,
    '<meta name="base-path" content="/spiderpig/" /><script src="/spiderpig/assets/main-abc.js"></script>',
  ]);
  expect((await get('/spiderpig/train', { cookie: 'spiderpig=secret' })).headers.get('link')).toBe(
    '</spiderpig/assets/train-abc.js>; rel=modulepreload',
  );
  expect(await (await get('/spiderpig/assets/main-abc.js')).text()).toBe('script');
  expect((await get('/spiderpig/healthz')).status).toBe(200);
  const again = await get('/spiderpig/', { 'if-none-match': page.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
});

it('the server leaves other addresses and texts of the page as they are', () => {
  const html = '<a href="https://x.example/">/</a><link href="/favicon.svg"><p title="/">src="/x"</p>';
  expect(withBasePath(html, '/a')).toBe(html.replace('"/favicon', '"/a/favicon'));
});

it('the server redirects to the base path from the root, and finds nothing elsewhere', async () => {
  for (const [path, location] of [
    ['/', '/spiderpig/'],
    ['/spiderpig?changes=1', '/spiderpig/?changes=1'],
    ['/?text=why?&next=/?a', '/spiderpig/?text=why?&next=/?a'],
  ] as const) {
    const { status, headers } = await get(path);
    expect([status, headers.get('location')]).toEqual([307, location]);
  }
  for (const path of ['/jobs/7', '/healthz', '/spiderpigs/healthz', '//spiderpig/']) {
    const answer = await get(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(await answer.text()).toContain('below /spiderpig/');
  }
  const posted = await fetch(`${origin}/graphql`, { method: 'POST' });
  expect(posted.status).toBe(404);
});

it('a base path keeps question marks within a query', async () => {
  const { headers } = await get('/spiderpig/sign-in/provider?next=/?project=a?b');
  expect(headers.get('location')).toBe('/spiderpig/sign-in#problem=none&next=%2F%3Fproject%3Da%3Fb');
});

it('the server signs a browser in with a cookie of that path, and offers downloads', async () => {
  const browser = await world.signIn();
  const headers = { cookie: browser.cookie, [pageKeyHeader]: browser.pageKey };
  const signedOut = await fetch(`${world.url}/sign-out`, { method: 'POST', headers });
  expect(signedOut.headers.get('set-cookie')).toContain('; Path=/spiderpig/;');
  const other = await world.signIn();
  const id = await queuedJob(world.db);
  const ticket = await fetch(`${world.url}/ticket`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: other.cookie, [pageKeyHeader]: other.pageKey },
    body: JSON.stringify({ path: `/jobs/${id}/log.txt` }),
  });
  const search = new URLSearchParams(await ticket.json());
  const download = await get(`/spiderpig/jobs/${id}/log.txt?${search}`, { cookie: other.cookie });
  expect(download.status).toBe(200);
});

it('the server redirects browsers to the sign-in page below the base path, and serves GraphiQL there', async () => {
  const refused = await get('/spiderpig/graphql', { accept: 'text/html' });
  expect([refused.status, refused.headers.get('location')]).toEqual([303, '/spiderpig/sign-in']);
  const { cookie } = await world.signIn();
  const page = await get('/spiderpig/graphql', { accept: 'text/html', cookie });
  expect(await page.text()).toContain('src="/spiderpig/graphql/before.js"');
  const script = await (await get('/spiderpig/graphql/before.js', { cookie })).text();
  expect(script).toContain("localStorage.getItem('spiderpig.pageKey/spiderpig')");
  expect((await get('/spiderpig/sign-in/provider')).headers.get('location')).toMatch(
    /^\/spiderpig\/sign-in#/,
  );
});

it('the server opens WebSockets below the base path only', async () => {
  const token = await world.token('read');
  const results = [];
  for await (const result of world.socket(token).iterate({ query: '{ viewer { user { name } } }' }))
    results.push(result.data);
  expect(results).toEqual([{ viewer: { user: { name: 'ada' } } }]);
  const outside = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const event = await new Promise<Event>((resolve) => {
    outside.onerror = resolve;
    outside.onopen = resolve;
  });
  expect(event.type).toBe('error');
});

it('cookies of two servers at one public host have different names', () => {
  const publicUrl = 'https://deploy.example';
  const scope = (basePath: string) => cookieScope('deploy.example', { publicUrl, basePath });
  expect(scope('/a')).toEqual({ secure: true, name: '__Host-spiderpig.a', path: '/' });
  expect(scope('')).toEqual({ secure: true, name: '__Host-spiderpig', path: '/' });
});
