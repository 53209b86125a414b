// Owns measuring the page of errors at 10,000 errors a minute of many messages: how busy it is when it opens, and while it is live.
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import type { Bench } from '../support/section.ts';
import { type Busyness, busynessDuring, signedIn, withBrowser } from './page.ts';

/** More messages than the page shows, which have 10,000 errors a minute together. */
const messages = Array.from({ length: 250 }, (_, index) => ({
  text: `TypeError: Foo::bar${index}(): Argument #1 must be of type string, null given`,
  perMinute: 40,
  target: 'production' as const,
  versions: ['1.45.0-wmf.13', '1.45.0-wmf.12'],
  wikis: ['enwiki', 'dewiki', 'commonswiki', 'frwiki'],
}));
/** The number of rows of the page. */
const shown = 200;

/** Measures the page. */
export const measureErrors = (bench: Bench): Promise<Figure[]> =>
  withBrowser(async (browser) => {
    await using errorLog = await startErrorLog({ messages });
    await using world = await bench.open({
      jobrunner: false,
      environment: { SPIDERPIG_LOGSTASH_URL: errorLog.url },
    });
    const page = await signedIn(browser, world);
    const rows = page.getByRole('table', { name: 'Messages' }).getByRole('row');
    const open = async (): Promise<void> => {
      await page.goto(`${world.url}/errors`);
      await rows.nth(shown).waitFor({ timeout: 60_000 });
    };
    await open();
    const busy: Busyness[] = [];
    for (let run = 0; run < (bench.quick ? 1 : 3); run++) {
      await page.goto(`${world.url}/account`);
      busy.push(await busynessDuring(browser, open));
    }
    const name = '10,000 errors a minute, 200 messages';
    const searched = errorLog.searches;
    const live = await busynessDuring(browser, async () => {
      while (errorLog.searches === searched) await page.waitForTimeout(100);
      await page.waitForTimeout(3_000);
    });
    return [
      figureOf(
        `${name}: longest task of the page while it opens`,
        'ms',
        busy.map(({ longest }) => longest),
      ),
      figureOf(
        `${name}: CPU time of its hardest task`,
        'ms',
        busy.map(({ hardest }) => hardest),
      ),
      figureOf(`${name}: longest task while the next search arrives`, 'ms', [live.longest]),
    ];
  });
