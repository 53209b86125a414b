// Owns the script of a simulated backport: its output, questions and progress, in order. Nothing is deployed.
import type { SampleChange } from '../change.ts';
import { parentOf } from '../change.ts';
import { type Console, NoAnswer } from './console.ts';
import { Pace } from './pace.ts';

/** Everything a play needs. */
export interface BackportOptions {
  /** At least one. */
  readonly changes: readonly SampleChange[];
  readonly revert: boolean;
  /** To whom the deployment is attributed. */
  readonly user: string;
  readonly console: Console;
  /** How many times as fast as a believable deployment. */
  readonly speed: number;
  /** Now, for the times in front of lines. */
  readonly clock: () => Date;
  /** Interrupts the play: what was synced is rolled back. */
  readonly interrupted: AbortSignal;
}

const testServers = ['mwdebug1001.eqiad.wmnet', 'mwdebug1002.eqiad.wmnet', 'mwdebug2001.codfw.wmnet'];
const testHosts = 8;
const canaryHosts = 11;
const productionHosts = 312;
const prolificLines = 100_000;

const red = '\x1b[31m';
const green = '\x1b[32m';
const yellow = '\x1b[33m';
const blue = '\x1b[34m';
const cyan = '\x1b[36m';
const bold = '\x1b[1m';
const dim = '\x1b[2m';
const reset = '\x1b[0m';

/** Ends the play with status 1 after its last words. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Plays a backport to its end. Resolves with the exit status: 0, 1, or 130 when it was interrupted. */
export async function playBackport(options: BackportOptions): Promise<number> {
  return new Play(options).run();
}

class Play {
  readonly #options: BackportOptions;
  readonly #console: Console;
  readonly #pace: Pace;
  /** How many times as long everything but a roll-back takes. */
  readonly #slowness: number;
  /** How many hosts run the new code, per group: what a roll-back has to undo. */
  readonly #synced = { testservers: 0, canaries: 0, production: 0 };

  constructor(options: BackportOptions) {
    this.#options = options;
    this.#console = options.console;
    this.#pace = new Pace(options.speed);
    this.#slowness = options.changes.some((change) => change.behaviour === 'slow') ? 10 : 1;
  }

  async run(): Promise<number> {
    const { interrupted } = this.#options;
    try {
      await this.#play();
      return 0;
    } catch (error) {
      if (interrupted.aborted) this.#say(`${yellow}Interrupted, cleaning up${reset}`);
      else if (error instanceof NoAnswer) this.#say(`${red}${error.message} Aborting.${reset}`);
      else if (error instanceof Abandoned) this.#say(`${red}${error.message}${reset}`);
      else throw error;
      await this.#rollBack(interrupted.aborted ? undefined : interrupted);
      if (!interrupted.aborted) return 1;
      this.#say(`${yellow}scap backport was interrupted; the clean-up is complete${reset}`);
      return 130;
    } finally {
      this.#console.status(null);
    }
  }

  async #play(): Promise<void> {
    const { changes, revert } = this.#options;
    const started = this.#pace.elapsed;
    await this.#open();
    await this.#fetchChanges();
    const reason = revert ? await this.#askReason() : undefined;
    this.#showTable();
    await this.#askWhetherToBackport();
    if (reason !== undefined) await this.#createReverts(reason);
    await this.#merge();
    await this.#updateCopy();
    await this.#applyPatches();
    await this.#buildImages();
    await this.#syncTestServers();
    await this.#checkTestServers();
    await this.#askWhetherToContinue();
    await this.#syncCanaries();
    await this.#checkCanaries();
    await this.#syncProduction();
    await this.#restartPhp();
    await this.#announce();
    const what = changes.map((change) => `[[gerrit:${change.number}|${change.subject}]]`).join(', ');
    const took = duration(this.#pace.elapsed - started);
    this.#say(`${green}Finished scap ${this.#word()}: ${what} (duration: ${took})${reset}`);
  }

  // The phases, in the order they are played.

  async #open(): Promise<void> {
    const { user } = this.#options;
    this.#console.say(`${bold}${cyan}scap 4.210.0 (simulated)${reset}: nothing is deployed`);
    this.#say(`Deploying as ${user} from deploy1003.eqiad.wmnet`);
    await this.#phase('Checking the deployment host', async () => {
      await this.#wait(150);
      this.#say('No other deployment holds /var/lock/scap/scap.lock', false);
      this.#say('The last deployment ended 41 minutes ago without errors', null);
      await this.#wait(100);
      this.#say('Wikiversions in use: 1.45.0-wmf.11 (group2), 1.45.0-wmf.12 (testwikis, group0, group1)');
    });
  }

  async #fetchChanges(): Promise<void> {
    const { changes, revert } = this.#options;
    await this.#phase('Fetching change info', async () => {
      for (const change of changes) {
        await this.#wait(120);
        this.#say(`Fetched ${change.number}: ${change.project}, ${change.branch}, by ${change.owner.name}`);
        // One message of several lines, as scap shows a commit message.
        this.#console.say(
          change.commitMessage
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`)
            .join('\n'),
        );
      }
      this.#console.warn('DeprecationWarning: pygerrit: use of "o=LABELS" without "o=DETAILED_ACCOUNTS"');
      await this.#wait(80);
    });
    const abandoned = changes.find((change) => change.status === 'ABANDONED');
    if (abandoned)
      throw new Abandoned(`${abandoned.number} has been abandoned. Restore it in Gerrit, then try again.`);
    if (revert) return;
    const missing = changes.flatMap((change) => {
      const parent = parentOf(change);
      return parent && parent.status !== 'MERGED' && !changes.includes(parent) ? [{ change, parent }] : [];
    });
    for (const { change, parent } of missing)
      this.#say(
        `${yellow}${change.number} stands on ${parent.number}, which is not merged and not among the changes${reset}`,
      );
    if (missing.length > 0) throw new Abandoned('Deploy the whole relation chain, parents first.');
    for (const change of changes.filter(({ status }) => status === 'MERGED'))
      await this.#console.choose(
        {
          prompt: `${change.number} has been merged already. What is on ${change.branch} now will be deployed.\n\nHave you seen this?`,
          choices: { Ok: 'a' },
          default: null,
        },
        this.#options.interrupted,
      );
  }

  async #askReason(): Promise<string> {
    const reason = await this.#console.inputLine(
      'The reason becomes part of the commit message of the revert. It may be left empty.\n\nReason for revert? (for example: T412077 is back)',
      this.#options.interrupted,
    );
    this.#say(reason === '' ? 'No reason given' : `Reason: ${reason}`);
    return reason;
  }

  #showTable(): void {
    const rows = [
      ['Change', 'Project', 'Branch', 'Subject'],
      ...this.#options.changes.map((change) => [
        String(change.number),
        shorten(change.project, 34),
        change.branch,
        shorten(change.subject, 60),
      ]),
    ];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
    // The colour is opened here and reset four lines or more further down.
    this.#console.say(`${cyan}${rule}`);
    for (const [index, row] of rows.entries()) {
      this.#console.say(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
      if (index === 0) this.#console.say(rule);
    }
    this.#console.say(`${rule}${reset}`);
  }

  async #askWhetherToBackport(): Promise<void> {
    const { changes, revert, console: terminal, interrupted } = this.#options;
    const list = changes.map(
      (change) =>
        `  ${change.number}  ${shorten(change.subject, 60)}\n  https://gerrit.wikimedia.org/r/c/${change.project}/+/${change.number}`,
    );
    const answer = await terminal.choose(
      {
        prompt: `The following changes are scheduled for ${this.#word()}:\n\n${list.join('\n')}\n\n${revert ? 'Revert' : 'Backport'} the changes?`,
        choices: { Yes: 'y', No: 'n' },
        default: 'y',
      },
      interrupted,
    );
    if (answer !== 'y') throw new Abandoned(`${revert ? 'Revert' : 'Backport'} cancelled`);
  }

  async #createReverts(reason: string): Promise<void> {
    await this.#phase('Creating reverts', async () => {
      for (const change of this.#options.changes) {
        await this.#wait(200);
        this.#say(`Created ${change.number + 500}: Revert "${change.subject}"${reason && ` (${reason})`}`);
      }
    });
  }

  async #merge(): Promise<void> {
    const pending = this.#options.changes.filter(
      (change) => change.status !== 'MERGED' || this.#options.revert,
    );
    if (pending.length === 0) return;
    await this.#phase('Approving', async () => {
      for (const change of pending) {
        await this.#wait(100);
        this.#say(
          `${change.number}: Code-Review ${green}+2${reset} by TrainBranchBot, for ${this.#options.user}`,
        );
      }
    });
    await this.#phase('Waiting for the changes to be merged', async () => {
      const jobs = [
        'phan',
        'phpcs',
        'phpunit',
        'quibble-sqlite',
        'quibble-mysql',
        'selenium',
        'eslint',
        'parser',
      ];
      const total = jobs.length * 3;
      for (let done = 0; done <= total; done++) {
        const job = jobs[done / 3 - 1];
        if (job !== undefined) this.#say(`  zuul gate-and-submit: ${job} ${green}SUCCESS${reset}`);
        this.#progress('Merging', total, null, done);
        await this.#wait(110);
      }
      for (const change of pending) this.#say(`${green}${change.number} has been merged${reset}`);
    });
  }

  async #updateCopy(): Promise<void> {
    await this.#timed('prep', 'Updating the deployment copy', async () => {
      const { changes } = this.#options;
      this.#console.warn('remote: Counting objects: 1893, done');
      for (let percent = 0; percent < 100; percent += 20) {
        this.#console.nested(`Receiving objects: ${percent}% (${Math.round(18.93 * percent)}/1893)\r`);
        await this.#wait(50);
      }
      this.#console.nested('Receiving objects: 100% (1893/1893), 2.41 MiB | 11.20 MiB/s, done.\n');
      for (const change of changes) {
        this.#console.nested(`From ssh://gerrit.wikimedia.org:29418/${change.project}\n`);
        this.#console.nested(` * branch            ${change.branch} -> FETCH_HEAD\n`);
        // What git prints of a commit is plain output even where it looks like a message.
        this.#console.nested(`HEAD is now at ${change.revision.slice(0, 10)} ${change.commitMessage}`);
      }
      this.#console.nested(
        '{"type": "line", "line": "written by a post-checkout hook, not by scap", "iokey": "?"}\n',
      );
      // ISO 8859-1 in a tool's output: not UTF-8.
      this.#console.nested(Buffer.from('warning: unable to access caf\xe9/\xfc\xff.php\n', 'latin1'));
      await this.#wait(150);
    });
  }

  async #applyPatches(): Promise<void> {
    await this.#timed('apply-patches', 'Applying patches', async () => {
      const targets = ['core', 'extensions/AbuseFilter', 'extensions/CheckUser', 'skins/Vector'];
      for (const [index, target] of targets.entries()) {
        const file = `/srv/patches/1.45.0-wmf.12/${target}/0${(index % 3) + 1}-T40${7311 + index * 97}.patch`;
        this.#say(`Applying ${file}`, true);
        this.#say(
          `  ${target}/includes/${['User', 'Filter', 'Lookup', 'Skin'][index]}.php | ${4 + index} ++--`,
          true,
        );
        this.#say(`  ${green}Applied${reset} ${file}`, true);
        await this.#wait(70);
      }
      this.#say('4 patches applied', false);
    });
  }

  async #buildImages(): Promise<void> {
    await this.#timed('build-and-push-container-images', 'Building container images', async () => {
      const total = 30;
      for (let layer = 0; layer <= total; layer++) {
        if (layer % 6 === 1)
          this.#console.nested(` ---> ${dim}Step ${layer}/${total}: layer${reset} ${layerId(layer)}\n`);
        if (layer === 17) this.#console.warn('[Warning] One or more build-args [FORCE] were not consumed');
        this.#progress('Image layers', total, Math.min(4, total - layer), layer);
        await this.#wait(55);
      }
      this.#say('Pushed docker-registry.discovery.wmnet/restricted/mediawiki:2026-11-18-141559', null);
    });
  }

  async #syncTestServers(): Promise<void> {
    await this.#timed('sync-testservers', 'Syncing to the test servers', async () => {
      await this.#sync('Test servers', 'testservers', testHosts, 1, 90);
      for (const server of testServers) this.#say(`  ${server}: ${green}in sync${reset}`);
    });
  }

  async #checkTestServers(): Promise<void> {
    await this.#timed('check-testservers', 'Checking the test servers', async () => {
      const pages = [
        'Special:BlankPage',
        'Main_Page',
        'Special:Version',
        'Albert_Einstein?action=edit',
        'api.php',
      ];
      for (const [index, page] of pages.entries()) {
        this.#progress('Checks', 10, 2, index * 2 + 1);
        this.#say(`  200 ${testServers[index % testServers.length]} /wiki/${page} (${88 + index * 23} ms)`);
        await this.#wait(60);
        this.#progress('Checks', 10, 1, index * 2 + 2);
      }
    });
  }

  async #askWhetherToContinue(): Promise<void> {
    const answer = await this.#console.choose(
      {
        prompt: `Changes synced to the test servers: ${testServers.join(', ')} (see https://wikitech.wikimedia.org/wiki/Mwdebug). Please do any necessary checks before continuing.\n\nContinue with deployment?`,
        choices: {
          'Yes, continue with deployment': 'y',
          'No, roll back deployment and terminate': 'n',
        },
        default: null,
      },
      this.#options.interrupted,
    );
    if (answer !== 'y') throw new Abandoned('Deployment ended after the test servers, as answered');
  }

  async #syncCanaries(): Promise<void> {
    await this.#timed('sync-canaries', 'Syncing to the canaries', async () => {
      await this.#sync('Canaries', 'canaries', canaryHosts, 1, 90);
      for (let host = 0; host < canaryHosts; host++)
        this.#say(`  mw${2271 + host * 4}.codfw.wmnet: ${green}in sync${reset}`);
    });
  }

  async #checkCanaries(): Promise<void> {
    const culprit = this.#options.changes.find((change) => change.behaviour === 'fails');
    await this.#timed('check-canaries', 'Watching the canaries for errors', async () => {
      this.#say('Waiting 20 seconds for canary traffic…');
      for (let second = 0; second <= 20; second += 2) {
        const failed = culprit && second > 10 ? second / 2 - 5 : 0;
        this.#console.progress({
          name: 'Canary checks',
          total: 20,
          inFlight: null,
          ok: second - failed,
          failed,
        });
        await this.#wait(110);
      }
      if (!culprit) {
        this.#say(`Logstash: 0.4 errors a second before, 0.3 after: ${green}fine${reset}`);
        return;
      }
      this.#console.warn(
        'PHP Fatal error:  Uncaught TypeError: Cite\\ReferencePreview::newFromKey(): Argument #1 ($key)',
      );
      this.#console.warn(
        '  must be of type string, null given, called in ReferencePreviewHooks.php on line 118',
      );
      this.#console.nested(
        '#0 /srv/mediawiki/php-1.45.0-wmf.12/includes/HookContainer/HookContainer.php(155)\n',
      );
      this.#console.nested('#1 /srv/mediawiki/php-1.45.0-wmf.12/includes/Output/OutputPage.php(4107)\n');
      this.#say(`${red}Logstash: 0.4 errors a second before, 11.7 after: too many${reset}`);
      throw new Abandoned(
        `Canary checks failed after ${culprit.number}: the error rate rose from 0.4/s to 11.7/s`,
      );
    });
  }

  async #syncProduction(): Promise<void> {
    await this.#timed('sync-production', 'Syncing to production', async () => {
      if (this.#options.changes.some((change) => change.behaviour === 'prolific')) await this.#chatter();
      await this.#sync('Production', 'production', productionHosts, 2, 26);
      this.#say(`${green}${productionHosts} of ${productionHosts} hosts in sync${reset}`);
    });
  }

  async #restartPhp(): Promise<void> {
    await this.#timed('php-fpm-restarts', 'Restarting php-fpm', async () => {
      for (let done = 0; done <= productionHosts; done += 3) {
        this.#progress('php-fpm restarts', productionHosts, Math.min(15, productionHosts - done), done);
        if (done % 78 === 0 && done > 0) this.#say(`  ${done} of ${productionHosts} restarted`);
        await this.#wait(20);
      }
    });
  }

  async #announce(): Promise<void> {
    await this.#phase('Writing to the server admin log', async () => {
      await this.#wait(150);
      const { changes, user } = this.#options;
      const numbers = changes.map((change) => change.number).join(', ');
      this.#say(`!log ${user}@deploy1003 Finished scap ${this.#word()} of ${numbers}`);
      this.#say(`See ${blue}https://sal.toolforge.org/production${reset}`);
    });
  }

  /** Undoes what was synced. Without a signal nothing but a second interrupt, which ends the process, stops it. */
  async #rollBack(signal: AbortSignal | undefined): Promise<void> {
    const synced = this.#synced.testservers + this.#synced.canaries + this.#synced.production;
    if (synced === 0) {
      this.#say('Nothing had been synced');
      return;
    }
    this.#console.status('Rolling back');
    this.#say(`Rolling back ${synced} hosts to the code they had before`);
    const batch = Math.max(1, Math.ceil(synced / 10));
    for (let done = 0; done < synced; done += batch) {
      this.#progress('Roll-back', synced, Math.min(batch, synced - done), done);
      await this.#pace.wait(90, signal).catch(() => {});
      // An interrupt during a roll-back hurries it, it does not leave hosts half done.
    }
    this.#progress('Roll-back', synced, 0, synced);
    this.#say(`${green}All ${synced} hosts are back on the previous code${reset}`);
    this.#console.status(null);
  }

  async #chatter(): Promise<void> {
    for (let number = 1; number <= prolificLines; number++) {
      const text = `rebuildLocalisationCache: step ${number} of ${prolificLines}: language ${number % 430} is up to date`;
      if (number % 3 === 0) this.#console.nested(`${text}\n`);
      else this.#console.say(text);
      if (number % 200 !== 0) continue;
      await this.#console.drained(this.#options.interrupted);
      await this.#wait(0);
    }
  }

  async #sync(
    name: string,
    group: 'testservers' | 'canaries' | 'production',
    total: number,
    batch: number,
    milliseconds: number,
  ): Promise<void> {
    for (let done = 0; done < total; done += batch) {
      this.#progress(name, total, Math.min(batch * 10, total - done), done);
      if (done > 0 && done % 26 === 0)
        this.#say(`  ${done} of ${total} hosts, last mw${1349 + done}.eqiad.wmnet`);
      await this.#wait(milliseconds);
      this.#synced[group] = Math.min(total, done + batch);
    }
    this.#progress(name, total, 0, total);
  }

  // The small pieces.

  #word(): string {
    return this.#options.revert ? 'revert' : 'backport';
  }

  #say(text: string, sensitive?: boolean | null): void {
    this.#console.say(`${this.#options.clock().toISOString().slice(11, 19)} ${text}`, sensitive);
  }

  #wait(milliseconds: number): Promise<void> {
    return this.#pace.wait(milliseconds * this.#slowness, this.#options.interrupted);
  }

  #progress(name: string, total: number, inFlight: number | null, ok: number): void {
    this.#console.progress({ name, total, inFlight, ok, failed: 0 });
  }

  /** A phase has a status of its own, which is cleared when it ends, however it ends. */
  async #phase(status: string, play: () => Promise<void>): Promise<void> {
    this.#console.status(status);
    try {
      await play();
    } finally {
      this.#console.status(null);
    }
  }

  /** A phase that scap announces and times. */
  async #timed(name: string, status: string, play: () => Promise<void>): Promise<void> {
    const started = this.#pace.elapsed;
    this.#say(`${bold}Started ${name}${reset}`);
    await this.#phase(status, play);
    this.#say(`${bold}Finished ${name}${reset} (duration: ${duration(this.#pace.elapsed - started)})`);
  }
}

/** As scap writes durations: `00m 03s`. */
function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}m ${two(seconds % 60)}s`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function layerId(number: number): string {
  return ((number * 2654435761) >>> 0).toString(16).padStart(8, '0');
}
