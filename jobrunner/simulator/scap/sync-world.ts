// Owns `scap sync-world`: localisation, images, and the three stages with their checks and questions.
import { findSampleChange, type SampleChange } from '../change.ts';
import { beginOutbreak } from '../error-log/outbreak.ts';
import type { SyncWorldCommand } from './command-line.ts';
import { version } from './command-line.ts';
import { Exit } from './ending.ts';
import { Kubernetes } from './kubernetes.ts';
import { type Scene, type Stage, stages } from './scene.ts';
import { liveVersions } from './validation.ts';
import { withWorkers } from './worker.ts';

const prolificLines = 100_000;
/** How many hosts without Kubernetes each stage has. */
const hosts = { testservers: 2, canaries: 0, production: 24 } as const satisfies Readonly<
  Record<Stage, number>
>;

/** The changes that a message of `scap sync-world` names. */
export function changesNamedIn(message: string): SampleChange[] {
  const numbers = [...message.matchAll(/\[\[gerrit:(\d+)\|/g)].map(([, number]) => Number(number));
  return numbers.flatMap((number) => findSampleChange(number) ?? []);
}

/** Plays `scap sync-world`. Returns the exit status: 1 after a roll-back. */
export async function syncWorld(scene: Scene, command: SyncWorldCommand): Promise<number> {
  return new SyncWorld(scene, command).run();
}

class SyncWorld {
  readonly #scene: Scene;
  readonly #command: SyncWorldCommand;
  readonly #changes: readonly SampleChange[];
  readonly #kubernetes: Kubernetes;
  /** The checks that have failed once, so that a retry passes. */
  readonly #failed = new Set<string>();

  constructor(scene: Scene, command: SyncWorldCommand) {
    this.#scene = scene;
    this.#command = command;
    this.#changes = changesNamedIn(command.message);
    this.#kubernetes = new Kubernetes(scene, this.#changes);
  }

  async run(): Promise<number> {
    const scene = this.#scene;
    const { message } = this.#command;
    const started = scene.pace.elapsed;
    // scap rings the bell and draws its logo.
    scene.console.print(`\x07\x1b[36mscap ${version} (simulated): nothing is deployed\x1b[0m\n\n`);
    await this.#prepareImages();
    const { name } = this.#command;
    if (name === 'sync-world') {
      scene.announce(`Started scap sync-world: ${message}`);
      scene.status('Starting scap sync-world');
      await scene.wait(300);
      await this.#updateCaches();
    }
    await this.#buildImages();
    if (this.#command.confirmDiffs) await this.#confirmDiffs();
    let failed = false;
    for (const stage of stages) {
      if (await this.#deployStage(stage)) continue;
      failed = true;
      const rolledBack = await this.#kubernetes.rollBack(stage);
      this.#kubernetes.summarize(rolledBack ? 'rolled back' : 'rollback cancelled');
      if (rolledBack && this.#command.backport) await this.#acknowledgeRollback();
      break;
    }
    scene.announce(
      name === 'sync-world'
        ? `Finished scap sync-world: ${message} (duration: ${scene.durationSince(started)})`
        : `rebuilt and synchronized wikiversions files: ${message}`,
    );
    return failed ? 1 : 0;
  }

  /** Updates the repository from which images are built. Asks question 8 when that fails. */
  async #prepareImages(): Promise<void> {
    if (!this.#has('release-repository')) return;
    this.#scene.info('Running git -C /srv/mwbuilder/release pull');
    await this.#scene.wait(200);
    this.#scene.console.printError('fatal: unable to access the release repository\n');
    this.#scene.error(
      "Could not update local release repository using: '$git -C /srv/mwbuilder/release pull'",
    );
    const { console, interrupt } = this.#scene;
    if (await console.confirm('Do you want to proceed anyway?', interrupt.signal)) return;
    this.#scene.info('Canceled by user');
    throw new Exit(1);
  }

  async #updateCaches(): Promise<void> {
    const scene = this.#scene;
    await scene.timed('cache_git_info', () => scene.wait(300));
    await scene.timed('l10n-update', () =>
      scene.reported('Updating l10n files', async () => {
        for (const live of liveVersions) {
          scene.info(`Updating ExtensionMessages-${live}.php`);
          await scene.wait(250);
          scene.info(`Updating LocalisationCache for ${live} using 10 thread(s)`);
          scene.info('Running rebuildLocalisationCache.php');
          if (this.#has('prolific')) await this.#chatter();
          await scene.wait(this.#has('l10n') ? 4_000 : 400);
          scene.info(`${this.#has('l10n') ? 430 : 0} languages rebuilt out of 430`);
          scene.info('Generating JSON versions and md5 files (as www-data)');
        }
      }),
    );
    scene.info('Checking for new runtime errors locally');
    await scene.wait(200);
  }

  async #buildImages(): Promise<void> {
    const scene = this.#scene;
    await scene.reported('Building container images', () =>
      scene.timed('build-and-push-container-images', () =>
        withWorkers(scene, 'docker', ['push mediawiki-multiversion'], async () => {
          scene.info('K8s images build/push output redirected to /home/scap/scap-image-build-and-push-log');
          await scene.wait(2_500);
        }),
      ),
    );
  }

  /** Question 15. */
  async #confirmDiffs(): Promise<void> {
    const { console, interrupt } = this.#scene;
    this.#scene.info('Collecting helmfile diffs for review');
    await this.#scene.wait(400);
    for (const release of ['mw-debug', 'mw-web/canary', 'mw-web/main'])
      console.output(
        `=== Diff for ${release} ===\n-   image: mediawiki-multiversion:2026-11-17-081559\n+   image: mediawiki-multiversion:2026-11-18-141559`,
        true,
      );
    const approved = await console.confirm(
      'Note: Diffs are relative to the current helm charts and helmfile values. These may become outdated if new changes are merged.\nContinue with the deployment?',
      interrupt.signal,
    );
    if (approved) return;
    this.#scene.announce('Deployment cancelled.');
    throw new Exit(0);
  }

  /** Deploys a stage and checks it. False: it is to be rolled back. */
  async #deployStage(stage: Stage): Promise<boolean> {
    const scene = this.#scene;
    const timer = `sync-${stage === 'production' ? 'prod' : stage}-k8s`;
    const deployed = await scene.timed(timer, () =>
      scene.reported(`Sync k8s ${stage}`, () => this.#kubernetes.deploy(stage)),
    );
    if (!deployed) return false;
    if (hosts[stage] > 0)
      await scene.reported(`Sync baremetal ${stage}`, () => this.#syncHosts(stage, hosts[stage]));
    if (!(await this.#check(stage))) {
      this.#kubernetes.checksFailed(stage);
      return false;
    }
    if (stage === 'production') await this.#finish();
    return true;
  }

  async #syncHosts(stage: Stage, count: number): Promise<void> {
    const scene = this.#scene;
    const timer = stage === 'production' ? 'sync-apaches' : `sync-${stage}`;
    await scene.timed(timer, async () => {
      await withWorkers(scene, 'rsync', [`${count} hosts of ${stage}`], () =>
        scene.measure(timer, count, stage === 'production' ? 2_000 : 700),
      );
      scene.info('Per-host sync duration: average 3.7s, median 3.7s');
      scene.info(
        `rsync transfer: average 364,670 bytes/host, total ${(364_670 * count).toLocaleString('en')} bytes`,
      );
      if (stage !== 'production') await this.#updateHosts(stage, count);
    });
    // rsync leaves its meter without a newline, so the next message follows on the same line.
    scene.console.print('    364,670  42%   11.20MB/s    0:00:01\r    867,952 100%   11.20MB/s    0:00:02\r');
  }

  /** What follows on each host: caches, versions, PHP. */
  async #updateHosts(stage: Stage, count: number): Promise<void> {
    const scene = this.#scene;
    await scene.timed('scap-cdb-rebuild', () => scene.measure('scap-cdb-rebuild', count, 400));
    await scene.timed('sync_wikiversions', () => scene.measure('sync_wikiversions', count, 300));
    await scene.timed(`php-fpm-restarts-${stage === 'production' ? 'prod' : stage}`, () =>
      scene.reported('Restarting php-fpm', async () => {
        scene.info(
          `Running '/usr/local/sbin/check-and-restart-php php8.3-fpm 9223372036854775807' on ${count} host(s)`,
        );
        // scap does not know the number of hosts when the measure starts.
        const meter = scene.meter('php-fpm-restart', 0);
        await scene.wait(100);
        meter.expect(count);
        for (let done = 1; done <= count; done++) {
          meter.set(done);
          await scene.wait(30);
        }
        meter.finish();
      }),
    );
  }

  /** The checks after a stage, and questions 9, 10 and 11. False: roll back. */
  async #check(stage: Stage): Promise<boolean> {
    switch (stage) {
      case 'testservers':
        return (await this.#checkTestServers()) && (await this.#pause());
      case 'canaries':
        return this.#checkErrorRate('canary', 'canaries-fail', 10);
      case 'production':
        return this.#checkErrorRate('production', 'production-fails', 150);
    }
  }

  async #checkTestServers(): Promise<boolean> {
    const scene = this.#scene;
    if (this.#command.pause)
      scene.announce(
        `${this.#people()}: ${this.#command.message} synced to the testservers (see ${testServers}). Changes can now be verified there.`,
      );
    return scene.timed('check-testservers', () =>
      scene.reported('Checking testservers', () =>
        this.#retried('testservers checks', async () => {
          scene.info("Executing check 'check_testservers_baremetal-1_of_1'");
          scene.info("Executing check 'check_testservers_k8s-1_of_1'");
          await scene.wait(900);
          if (!this.#failsOnce('test-servers-fail')) return true;
          scene.error(
            "Check 'check_testservers_k8s-1_of_1' failed: https://test.wikipedia.org/wiki/Special:BlankPage: expected status 200, got 500",
          );
          return false;
        }),
      ),
    );
  }

  /** Question 10. */
  async #pause(): Promise<boolean> {
    if (!this.#command.pause) return true;
    const scene = this.#scene;
    scene.status('Waiting user to confirm testservers deployment');
    const answer = await scene.console.choose(
      {
        prompt: `Changes synced to the testservers (see ${testServers})\nBefore continuing, please do any necessary checks if you haven't already.\n\nContinue with deployment?`,
        choices: {
          'Yes, continue with deployment': 'y',
          'No, roll back deployment and terminate': 'n',
        },
        default: 'n',
      },
      scene.interrupt.signal,
    );
    const status = answer === 'y' ? 'Continuing with deployment' : 'Rolling back deployment';
    scene.announce(`${this.#people()}: ${status}`);
    scene.status(status);
    return answer === 'y';
  }

  /** Waits for traffic and counts errors. */
  async #checkErrorRate(
    label: 'canary' | 'production',
    behaviour: SampleChange['behaviour'],
    threshold: number,
  ): Promise<boolean> {
    const scene = this.#scene;
    const wait = Number(this.#command.defines.get('canary_wait_time') ?? 20);
    return this.#retried(`${label} checks`, async () => {
      scene.status(`Waiting ${wait} seconds for ${label} traffic...`, true);
      // A tenth of the time, so that a try-out is not boring.
      await scene.wait(wait * 100);
      const fails = this.#failsOnce(behaviour);
      if (fails && scene.staging !== null)
        beginOutbreak(scene.staging, label === 'canary' ? 'canaries' : 'production', Date.now());
      const count = fails ? threshold * 4 + 7 : 4;
      const counted = `Logstash checker Counted ${count} error(s) in the last ${wait} seconds`;
      if (!fails) {
        scene.info(`${counted}. OK.`);
        return true;
      }
      scene.error(`${counted}. The threshold is ${threshold}.`);
      scene.error(
        `${count - 3} TypeError: ReferencePreview::newFromKey(): Argument #1 ($key) must be of type string, null given`,
      );
      scene.error(
        '3 Wikimedia\\RequestTimeout\\RequestTimeoutException: The maximum execution time of 60 seconds was exceeded',
      );
      return false;
    });
  }

  /** Runs a check until it passes, and asks questions 9 and 11. False: roll back. Throws {@link Exit} for `x`. */
  async #retried(what: string, check: () => Promise<boolean>): Promise<boolean> {
    const scene = this.#scene;
    while (!(await check())) {
      const answer = await scene.console.choose(
        {
          prompt: `${what.charAt(0).toUpperCase()}${what.slice(1)} failed.\n\nWhat do you want to do?`,
          choices: {
            [`Retry ${what}`]: 'r',
            'Ignore failure and continue deployment': 'i',
            'Roll back all stages and terminate': 'b',
            'Exit without rollback': 'x',
          },
          default: 'r',
        },
        scene.interrupt.signal,
      );
      if (answer === 'r') continue;
      if (answer === 'i') {
        scene.info(`Ignoring ${what} failure and continuing`);
        return true;
      }
      scene.announce(answer === 'b' ? 'Rolling back deployment' : 'Scap cancelled without rolling back.');
      if (answer === 'b') return false;
      throw new Exit(1);
    }
    return true;
  }

  async #finish(): Promise<void> {
    await this.#updateHosts('production', hosts.production);
    this.#scene.info('Running purgeMessageBlobStore.php');
    await this.#scene.wait(200);
  }

  /** Question 14. */
  async #acknowledgeRollback(): Promise<void> {
    const { console, interrupt } = this.#scene;
    await console.choose(
      {
        prompt:
          'The backported change was undeployed by rollback, but it still exists in the codebase.\nYou must merge a fix or revert commit before allowing further backports to proceed.',
        choices: { 'Acknowledge and release the deployment lock': 'a' },
        default: 'a',
      },
      interrupt.signal,
    );
  }

  async #chatter(): Promise<void> {
    const { console, interrupt } = this.#scene;
    for (let number = 1; number <= prolificLines / liveVersions.length; number++) {
      console.print(`rebuildLocalisationCache: step ${number}: language ${number % 430} is up to date\n`);
      if (number % 200 !== 0) continue;
      await console.drained(interrupt.signal);
      await this.#scene.wait(0);
    }
  }

  #people(): string {
    return [...new Set([this.#scene.user, ...this.#command.notify])].join(', ');
  }

  #has(behaviour: SampleChange['behaviour']): boolean {
    return this.#changes.some((change) => change.behaviour === behaviour);
  }

  /** True the first time for a change of that behaviour. */
  #failsOnce(behaviour: SampleChange['behaviour']): boolean {
    if (!this.#has(behaviour) || this.#failed.has(behaviour)) return false;
    this.#failed.add(behaviour);
    return true;
  }
}

const testServers = 'https://wikitech.wikimedia.org/wiki/Mwdebug';
