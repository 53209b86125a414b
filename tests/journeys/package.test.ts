// Tests the client package in a browser: a page of another team, bundled from the packed package, follows and answers a job. In Chromium, against a whole world.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { installPackage } from '../support/package/package.ts';
import { useWorld } from '../support/shared-world.ts';
import { program } from '../support/world.ts';
import { useBrowser, watchForProblems } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ scap: program('question/counts-and-asks', 50, 20) });

/** The page of another team. The token is in its fragment, which browsers do not send. */
const source = `
import { createClient, SpiderPigError } from 'spiderpig/client';

const show = (text) => {
  const line = document.createElement('p');
  line.textContent = text;
  document.body.append(line);
};
try {
  const client = createClient({ url: location.origin, token: location.hash.slice(1), clientName: 'a-page' });
  const started = await client.startBackport({ changes: ['1102340'] });
  if (started.__typename !== 'StartBackportSuccess') throw new Error(started.message);
  const { id } = started.job;
  const following = (async () => {
    let lines = 0;
    for await (const batch of client.followLog(id)) lines += batch.lines.length;
    return lines;
  })();
  for await (const job of client.watchJob(id)) {
    const question = job.pendingInteraction;
    if (question !== null)
      await client.answerInteraction({ interactionId: question.id, answer: question.choices[0]?.code ?? 'y' });
    if (job.ended) show('ended: ' + job.state);
  }
  show('complete: ' + ((await following) > 0));
  await client.close();
} catch (error) {
  show(error instanceof SpiderPigError ? error.kind + ': ' + error.message : String(error));
}
`;

async function bundled(directory: string): Promise<string> {
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(join(directory, 'main.js'), source);
  await installPackage(directory);
  await build({
    root: directory,
    configFile: false,
    logLevel: 'error',
    build: { target: 'esnext', lib: { entry: 'main.js', formats: ['es'], fileName: 'page' } },
  });
  return readFileSync(join(directory, 'dist', 'page.js'), 'utf8');
}

it('a page that was bundled with the packed client starts a job, answers it and follows it to its end', async () => {
  const { world } = shared;
  const script = await bundled(join(world.directory, 'outsider'));
  // At a document of the server, because it refuses the pages of other origins. The policy of its pages is not that of other teams.
  const context = await browser.newContext({ bypassCSP: true });
  const address = `${world.url}/outsider.js`;
  await context.route(address, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  const open = async (token: string) => {
    const page = await context.newPage();
    const problems = watchForProblems(page, world.url);
    await page.goto(`${world.url}/healthz#${token}`);
    await page.addScriptTag({ url: address, type: 'module' });
    return { page, problems };
  };
  const { page, problems } = await open(await world.token('deploy', 'Ada'));
  await page.getByText('complete: true').waitFor();
  expect(await page.locator('p').allTextContents()).toEqual(['ended: SUCCEEDED', 'complete: true']);
  expect(problems).toEqual([]);

  const stranger = await open('spiderpig_wrong');
  await stranger.page.getByText(/^unauthenticated: /).waitFor();
});
