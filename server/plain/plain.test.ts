// Tests the pages without scripts on both databases: who may read them, what they show, and that no text becomes markup.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { User } from '../../schema/model/account/user.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { askInteraction } from '../../schema/model/job/interaction.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { dialects } from '../../tests/support/database.ts';
import { openServerOn } from '../../tests/support/server.ts';
import { line, queuedJob, runningJob, type TestServer } from '../../tests/support/test-server.ts';
import { html } from './html.ts';
import { sampleAnswer } from './job-page.ts';

const publicUrl = 'https://spiderpig.example.org';
const host = 'spiderpig.example.org';
test('a template escapes every text, and shows characters that mislead by their code point', () => {
  const evil = `<b title='x'>&"\u202e`;
  expect(html`<i>${evil}</i>${[html`<u>${1}</u>`]}${null}`.text).toBe(
    '<i>&lt;b title=&#39;x&#39;&gt;&amp;&quot;‹U+202E›</i><u>1</u>',
  );
});

describe.each(dialects)('plain pages on %s', (dialect) => {
  let world: TestServer;
  beforeAll(async () => {
    world = await openServerOn(dialect, {
      configuration: { publicUrl, basePath: '/spiderpig' },
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** A request to the public address, as its proxy forwards it. */
  async function get(path: string, headers: Record<string, string> = {}) {
    const sent = request({ port: world.server.port, host: '127.0.0.1', path, headers: { host, ...headers } });
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject).end();
    });
    return { status: response.statusCode, headers: response.headers, text: await text(response) };
  }

  /** The cookie of a session at the public address. */
  async function signIn(): Promise<string> {
    const code = await createSignInLink(world.db, 'ada', 'viewer');
    const sent = request({
      port: world.server.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/spiderpig/sign-in',
      headers: { host, origin: publicUrl, 'content-type': 'application/json' },
    });
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject).end(JSON.stringify({ code }));
    });
    response.resume();
    return response.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
  }

  test('a job that waits is shown with its question, its answers and the end of its log', async () => {
    const cookie = await signIn();
    const id = await runningJob(world.db);
    const lines = Array.from({ length: 230 }, (_, n) => line(`line <${n + 1}>`, { sensitive: n === 228 }));
    await appendLines(world.db, id, 1, [...lines, line(`\x1b[31mred\x1b[0m ${'x'.repeat(5_000)}`)]);
    await askInteraction(world.db, id, {
      kind: 'choices',
      prompt: '<script>alert(1)</script> Continue?',
      choices: [
        { label: 'Yes', code: 'y' },
        { label: 'No', code: 'n' },
      ],
      default: 'n',
    });
    const page = await get(`/spiderpig/jobs/${id}/plain`, { cookie });
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; Continue? [y/N]:');
    expect(page.text).toContain(`spiderpig answer ${id} y`);
    expect(page.text).not.toContain('http-equiv="refresh"');
    const followed = await get(`/spiderpig/jobs/${id}/plain?follow`, { cookie });
    expect(followed.text).toContain('http-equiv="refresh" content="15"');
    expect(followed.text).toContain('<a href="?">Stop loading again</a>');
    expect(page.text).toContain('<dd>grace</dd>');
    expect(page.text).toContain('The last 200 of 231 lines.');
    expect(page.text).toContain('line &lt;32&gt;\n');
    expect(page.text).not.toContain('line &lt;31&gt;\n');
    expect(page.text).not.toContain('line &lt;229&gt;');
    expect(page.text).toContain('[sensitive line hidden]');
    expect(page.text).toMatch(/\nred x{1996}…</);
    expect(page.text).not.toMatch(/<script|\x1b/);

    await endJob(world.db, id, { state: 'failed', reason: 'A <reason>.', exit: { status: 1, signal: null } });
    const ended = await get(`/spiderpig/jobs/${id}/plain?follow`, { cookie });
    expect(ended.text).toContain('<dd>A &lt;reason&gt;.');
    expect(ended.text).not.toContain('http-equiv="refresh"');
    expect(ended.text).not.toContain('Needs an answer');
  });

  test('the list has queued and cancelled jobs, and links to their pages below the base path', async () => {
    const cancelled = await queuedJob(world.db);
    const user = await world.db.em().findOneOrFail(User, { name: 'grace' });
    await requestStop(world.db, { jobId: cancelled, mode: 'interrupt', user });
    const id = await queuedJob(world.db);
    const { status, text: page } = await get('/spiderpig/plain', { cookie: await signIn() });
    expect(status).toBe(200);
    expect(page).toMatch(new RegExp(`Job ${cancelled}</a>: .* \\(cancelled,`));
    expect(page).toContain(`<a href="/spiderpig/jobs/${id}/plain">Job ${id}</a>`);
    expect(page).toContain('href="/spiderpig/plain.css"');
  });

  test('a job that does not exist has status 404', async () => {
    const cookie = await signIn();
    for (const name of ['999999', '0', 'x', '%00', '-1'])
      expect((await get(`/spiderpig/jobs/${name}/plain`, { cookie })).status).toBe(404);
  });

  test('a client without credentials is redirected to the sign-in page, a token has access', async () => {
    const id = await queuedJob(world.db);
    const without = await get(`/spiderpig/jobs/${id}/plain`);
    expect([without.status, without.headers.location]).toEqual([303, '/spiderpig/sign-in']);
    const authorization = `Bearer ${await world.token('read')}`;
    expect((await get(`/spiderpig/jobs/${id}/plain`, { authorization })).status).toBe(200);
  });

  test('C11 the cookie of a loopback address gives an explanation and no data', async () => {
    const id = await queuedJob(world.db);
    const { cookie } = await world.signIn('viewer', 'ada');
    for (const path of [`/spiderpig/jobs/${id}/plain`, '/spiderpig/plain']) {
      const response = await fetch(new URL(path, world.url), { headers: { cookie } });
      const page = await response.text();
      expect(response.status).toBe(403);
      expect(page).toContain('spiderpig watch N');
      expect(page).not.toContain('grace');
      expect(page).not.toContain(`Job ${id}`);
    }
  });
});

test.each([
  ['y', 'y'],
  ['$(id)', 'CODE'],
  ['y; id', 'CODE'],
  ['--kill', 'CODE'],
])('L1 the command that a plain page shows for the code %j ends in %s', (code, shown) => {
  expect(sampleAnswer([{ label: 'Yes', code }])).toBe(shown);
});
