import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';

let world: TestServer;
beforeAll(async () => {
  world = await openServer();
});
afterAll(() => world[Symbol.asyncDispose]());

/** fetch() tidies a path before it sends it; this does not. */
function get(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: world.server.port, path }, (response) => {
      let body = '';
      response.on('data', (data) => {
        body += data;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

test('a request for an absolute URL is answered at its host, and refused at another one', async () => {
  const { port } = world.server;
  expect(await get(`http://127.0.0.1:${port}/healthz`)).toEqual(await get('/healthz'));
  expect((await get('http://evil.example/healthz')).status).toBe(421);
});

test('without a built web client the server says how to build it', async () => {
  const { status, body } = await get('/');
  expect(status).toBe(503);
  expect(body).toContain('npm run build');
});

test('while the web client is built, its pages say so and load themselves again; then they show why that failed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spiderpig-build-'));
  const webClientError = join(directory, 'error.txt');
  await using building = await openServer({ webClientError, configuration: { basePath: '/pig' } });
  const page = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${building.url}${path}`, { headers });
    return {
      status: response.status,
      cached: response.headers.get('cache-control'),
      body: await response.text(),
    };
  };
  const shown = await page('/jobs/7');
  expect(shown).toMatchObject({ status: 503, cached: 'no-store' });
  expect(shown.body).toContain('The web client is being built…');
  const script = /<script src="\/pig([^"]+)"/.exec(shown.body)?.[1] ?? '';
  expect(await page(script)).toMatchObject({
    status: 200,
    body: expect.stringContaining('location.reload()'),
  });
  await writeFile(webClientError, '\u001b[31m"x" is not exported by <y>\u001b[0m');
  const failed = await page('/');
  expect(failed.status).toBe(503);
  expect(failed.body).toContain('<pre>&quot;x&quot; is not exported by &lt;y&gt;</pre>');
  expect(failed.body).not.toContain('<script');
  const throughProxy = await page('/', { 'x-forwarded-for': '198.51.100.7' });
  expect(throughProxy.body).toContain('could not be built');
  expect(throughProxy.body).not.toContain('is not exported');
  // A page that was sent before the build ended still loads itself again.
  await mkdir(building.staticDirectory, { recursive: true });
  await writeFile(join(building.staticDirectory, 'index.html'), 'the page');
  expect((await page(script)).body).toContain('location.reload()');
  await rm(directory, { recursive: true });
});

describe('the built web client', () => {
  beforeAll(async () => {
    const dist = world.staticDirectory;
    await mkdir(join(dist, 'assets'), { recursive: true });
    await writeFile(join(dist, 'index.html'), '<!doctype html>the page');
    await writeFile(join(dist, 'assets', 'index-abc.js'), 'script');
    await writeFile(join(dist, 'favicon.svg'), '<svg/>');
    await writeFile(join(dist, '.hidden.txt'), 'hidden');
    await writeFile(join(dist, 'assets', 'index-abc.js.map'), '{"sources":["x.ts"]}');
    await symlink('/etc/passwd', join(dist, 'passwd'));
  });

  test('the server serves the web client at its pages, and with 404 at all other paths', async () => {
    for (const path of [
      '/',
      '/?x=1',
      '/jobs/7',
      '/sign-in',
      '/account',
      '/admin',
      '/device',
      '/statistics',
      '/weeks/2026-W48',
      '/weeks/2026-W53',
      '/train',
      '/errors',
      '/mediawiki/logs',
    ]) {
      expect(await get(path)).toEqual({ status: 200, body: '<!doctype html>the page' });
    }
    const nowhere = ['/nowhere', '/jobs', '/jobs/x', '/jobs/7/other', '/assets/none.js', '/index', '/%'];
    // 2026 has 53 weeks, 2025 has 52.
    for (const path of [...nowhere, '/weeks/2026-W99', '/weeks/2026-W00', '/weeks/2025-W53']) {
      expect(await get(path)).toEqual({ status: 404, body: '<!doctype html>the page' });
    }
  });

  test('a path with a name that no file can have is not found', async () => {
    for (const path of [`/assets/${'a'.repeat(300)}.js`, `/${'a/'.repeat(3_000)}b.js`])
      expect(await get(path)).toEqual({ status: 404, body: '<!doctype html>the page' });
  });

  test('S5 the server sends no source map', async () => {
    for (const path of [
      '/assets/index-abc.js.map',
      '/assets/index-abc.js.map?x',
      '/assets/index-abc.js%2emap',
    ])
      expect((await get(path)).status).toBe(404);
  });

  test('the response to a page names the files that it needs beside those of index.html', async () => {
    const link = async (path: string, cookie = 'spiderpig=secret') =>
      (await fetch(`${world.url}${path}`, { headers: { cookie } })).headers.get('link');
    expect(await link('/jobs/7')).toBe(null);
    const files = { job: ['/assets/job-page-abc.js', '/assets/job-page-abc.css'] };
    await writeFile(join(world.staticDirectory, 'preloads.json'), JSON.stringify(files));
    expect(await link('/jobs/7')).toBe(
      '</assets/job-page-abc.js>; rel=modulepreload, </assets/job-page-abc.css>; rel=preload; as=style; crossorigin',
    );
    for (const path of ['/', '/account', '/nowhere', '/jobs/x']) expect(await link(path)).toBe(null);
    // Without a session the browser shows only how to sign in.
    expect(await link('/jobs/7', 'other=secret')).toBe(null);
    // A cache must not give one of them the response for the other.
    for (const cookie of ['spiderpig=secret', 'other=secret'])
      expect((await fetch(`${world.url}/jobs/7`, { headers: { cookie } })).headers.get('vary')).toContain(
        'Cookie',
      );
  });

  test('the server sends a file in the best encoding that the client accepts', async () => {
    const file = join(world.staticDirectory, 'assets', 'big-abc.js');
    await writeFile(file, 'plain');
    await writeFile(`${file}.br`, 'brotli');
    await writeFile(`${file}.gz`, 'gzip');
    const ask = (encoding: string) =>
      new Promise<[string, string | undefined, string | undefined]>((resolve, reject) => {
        const headers = { 'accept-encoding': encoding };
        request(
          { host: '127.0.0.1', port: world.server.port, path: '/assets/big-abc.js', headers },
          (response) => {
            let body = '';
            response.on('data', (data) => {
              body += data;
            });
            const { 'content-encoding': sent, vary } = response.headers;
            response.on('end', () => resolve([body, sent, vary]));
          },
        )
          .on('error', reject)
          .end();
      });
    expect(await ask('gzip, deflate, br, zstd')).toEqual(['brotli', 'br', 'Accept-Encoding']);
    expect(await ask('gzip;q=1.0, br;q=0')).toEqual(['gzip', 'gzip', 'Accept-Encoding']);
    expect(await ask('identity')).toEqual(['plain', undefined, 'Accept-Encoding']);
    // The compressed files themselves are not served under their own names.
    expect((await get('/assets/big-abc.js.br')).status).toBe(404);
  });

  test('the server answers 304 for an index.html that the browser already has', async () => {
    const first = await fetch(`${world.url}/jobs/7`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await fetch(`${world.url}/`, { headers: { 'if-none-match': `W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const any = await fetch(`${world.url}/`, { headers: { 'if-none-match': '*' } });
    expect([any.status, await any.text()]).toEqual([304, '']);
    const other = await fetch(`${world.url}/`, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  test('the server sends immutable cache headers only for assets', async () => {
    const asset = await fetch(`${world.url}/assets/index-abc.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const icon = await fetch(`${world.url}/favicon.svg`);
    expect([icon.headers.get('content-type'), icon.headers.get('cache-control')]).toEqual([
      'image/svg+xml',
      'no-cache',
    ]);
    expect((await fetch(world.url)).headers.get('cache-control')).toBe('no-cache');
  });

  test('S2 the server serves no file outside the static directory', async () => {
    for (const path of [
      '/../spiderpig.sqlite',
      '/assets/../../spiderpig.sqlite',
      '/..%2fspiderpig.sqlite',
      '/assets/..%2f..%2fspiderpig.sqlite',
      '/.hidden.txt',
      '/passwd',
      '//etc/passwd',
      '/assets',
      '/assets/',
      '/\\..\\spiderpig.sqlite',
      '/favicon.svg%00.js',
    ]) {
      expect(await get(path)).toEqual({ status: 404, body: '<!doctype html>the page' });
    }
  });

  test('the server sends a content security policy without foreign scripts, inline scripts and framing', async () => {
    const { headers } = await fetch(world.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });
});

test('the server answers /healthz, /readyz and /metrics', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, body: 'ok\n' });
  expect(await get('/readyz')).toEqual({ status: 200, body: 'ready\n' });
  const { body } = await get('/metrics');
  expect(body).toMatch(/^spiderpig_jobs\{state="queued"\} 0$/m);
  expect(body).toMatch(/^spiderpig_http_requests_total\{code="200"\} [1-9]/m);
});

test('with an unavailable database, /healthz gives 200 and /readyz 503', async () => {
  const database = { ...world.db, execute: () => Promise.reject(new Error('gone')) };
  await using own = await openServer({ database });
  expect((await fetch(`${own.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${own.url}/readyz`)).status).toBe(503);
});

test('an unsupported method gives 405', async () => {
  for (const [method, path] of [
    ['POST', '/'],
    ['DELETE', '/jobs/1'],
    ['PUT', '/graphql'],
    ['GET', '/sign-out'],
    ['OPTIONS', '/graphql'],
  ] as const) {
    expect((await fetch(`${world.url}${path}`, { method })).status).toBe(405);
  }
});
