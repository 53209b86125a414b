// Owns measuring the train of a site of 1,100 wikis: from a change of the file to the state that subscribers receive, and how busy its page is then.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createStaging,
  newVersion,
  oldVersion,
  writeWikiVersions,
} from '../../jobrunner/simulator/train/staging.ts';
import type { World } from '../../tests/support/world.ts';
import { busynessDuring, signedIn, withBrowser } from '../page/page.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import type { Bench } from '../support/section.ts';

/** The sizes of the groups of Wikimedia's wikis, rounded up to 1,100. The first is a part of the second. */
const sizes = [
  ['testwikis', 0, 3],
  ['group0', 0, 180],
  ['group1', 180, 740],
  ['group2', 740, 1_100],
] as const;
const wikis = Array.from({ length: 1_100 }, (_, index) => `w${String(index).padStart(4, '0')}wiki`);

/** Sets the first wikis to the new version. */
const promote = (staging: string, count: number): void =>
  writeWikiVersions(
    staging,
    new Map(wikis.map((wiki, index) => [wiki, index < count ? newVersion : oldVersion])),
  );

/** A staging directory of 1,100 wikis. */
function largeStaging(): string {
  const staging = mkdtempSync(join(tmpdir(), 'spiderpig-bench-train-'));
  createStaging(staging);
  mkdirSync(join(staging, `php-${newVersion}`), { recursive: true });
  for (const [group, from, to] of sizes)
    writeFileSync(join(staging, 'dblists', `${group}.dblist`), `${wikis.slice(from, to).join('\n')}\n`);
  promote(staging, 0);
  return staging;
}

/** The time from a change of the file to the state that a subscriber receives, with all wikis, in milliseconds. */
async function changes(world: World, staging: string, times: number): Promise<number[]> {
  const took: number[] = [];
  const query =
    'subscription { trainUpdates { state station groups { name wikiCount versions { version wikis } } } }';
  let beganAt = 0;
  let seen = '';
  for await (const { data } of world.client(await world.token()).iterate({ query })) {
    const state = JSON.stringify(data?.['trainUpdates']);
    if (state === seen) continue;
    if (seen !== '') took.push(performance.now() - beganAt);
    seen = state;
    if (took.length === times) break;
    beganAt = performance.now();
    promote(staging, took.length + 1);
  }
  return took;
}

/** Measures the server and the page. */
export const measureTrain = (bench: Bench): Promise<Figure[]> =>
  withBrowser(async (browser) => {
    const staging = largeStaging();
    try {
      await using world = await bench.open({ jobrunner: false, trainStaging: staging });
      const took = await changes(world, staging, bench.quick ? 3 : 30);
      const page = await signedIn(browser, world);
      const { longest } = await busynessDuring(browser, async () => {
        await page.goto(`${world.url}/train`);
        await page.getByRole('radio', { name: /^group2/ }).check();
        promote(staging, 180);
        await page.getByText(`${newVersion} is at group0.`).waitFor();
      });
      return [
        figureOf('1,100 wikis: a file changed → subscribers have the new state', 'ms', took),
        figureOf('1,100 wikis: longest task of the page of the train', 'ms', [longest]),
      ];
    } finally {
      rmSync(staging, { recursive: true });
    }
  });
