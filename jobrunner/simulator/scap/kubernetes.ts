// Owns the Kubernetes side of a deployment: stages, their failures and questions, and the way back.
import type { SampleChange } from '../change.ts';
import type { Meter } from './meter.ts';
import { type Scene, type Stage, stages } from './scene.ts';
import { withWorkers } from './worker.ts';

/** How many replicas a stage has, and how long it takes in simulated milliseconds. */
const sizes = {
  testservers: { replicas: 8, milliseconds: 1_500, messages: 30 },
  canaries: { replicas: 54, milliseconds: 2_500, messages: 70 },
  production: { replicas: 1_312, milliseconds: 4_500, messages: 160 },
} as const satisfies Readonly<Record<Stage, object>>;

/** The release that a pod belongs to when it fails. */
const failingPod = {
  testservers: 'mw-debug',
  canaries: 'mw-web/canary',
  production: 'mw-api-ext/main',
} as const;

type StageState =
  | 'not-started'
  | 'deployed'
  | 'deploy-failed'
  | 'checks-failed'
  | 'rolled-back'
  | 'rollback-failed';

/** The releases in the clusters. */
export class Kubernetes {
  readonly #scene: Scene;
  readonly #changes: readonly SampleChange[];
  readonly #states: Record<Stage, StageState> = {
    testservers: 'not-started',
    canaries: 'not-started',
    production: 'not-started',
  };
  #failsRollback: boolean;
  #failsStage: boolean;

  constructor(scene: Scene, changes: readonly SampleChange[]) {
    this.#scene = scene;
    this.#changes = changes;
    this.#failsRollback = changes.some(({ behaviour }) => behaviour === 'rollback-fails');
    this.#failsStage = this.#failsRollback || changes.some(({ behaviour }) => behaviour === 'stage-fails');
  }

  /** Deploys a stage. Asks question 12 after a failure or SIGINT. False: the answer was to roll back. */
  async deploy(stage: Stage): Promise<boolean> {
    for (;;) {
      const failure = await this.#attempt(stage, false);
      if (failure === null) {
        this.#states[stage] = 'deployed';
        return true;
      }
      this.#scene.error(`K8s deployment to stage ${stage} failed: ${failure}`);
      const answer = await this.#scene.console.choose(
        {
          prompt: `K8s deployment to stage ${stage} failed.\n\nWhat do you want to do?`,
          choices: { 'Retry deployment': 'r', 'Roll back all stages and terminate': 'b' },
          default: 'r',
        },
        this.#scene.interrupt.signal,
      );
      if (answer === 'r') continue;
      this.#scene.announce('Rolling back deployment');
      this.#states[stage] = 'deploy-failed';
      return false;
    }
  }

  /** Remembers that the checks after a stage failed. */
  checksFailed(stage: Stage): void {
    this.#states[stage] = 'checks-failed';
  }

  /** Rolls back a failed stage and all that are deployed. Asks question 13 after a failure. False: it was given up. */
  async rollBack(failed: Stage): Promise<boolean> {
    const deployed = stages.filter((stage) => this.#states[stage] === 'deployed');
    for (const stage of [failed, ...deployed.reverse()]) {
      const done = await this.#scene.reported(`Rolling back k8s ${stage}`, () => this.#rollBackStage(stage));
      if (!done) return false;
    }
    return true;
  }

  /** Prints what has become of each stage, as messages. */
  summarize(result: string): void {
    const { console } = this.#scene;
    console.output('\nKubernetes deployment summary:');
    for (const stage of stages) console.output(`- ${stage}: ${this.#states[stage]}`);
    console.output(`Result: ${result}`);
    console.output('See the job log for detailed error information.');
  }

  async #rollBackStage(stage: Stage): Promise<boolean> {
    for (;;) {
      this.#scene.error(`Rolling back k8s deployment for stage ${stage}`);
      const failure = await this.#attempt(stage, true);
      if (failure === null) {
        this.#states[stage] = 'rolled-back';
        return true;
      }
      this.#scene.error(`Rollback deployment for stage ${stage} failed: ${failure}`);
      const answer = await this.#scene.console.choose(
        {
          prompt: `Rollback deployment for stage ${stage} failed.\n\nWhat do you want to do?`,
          choices: { 'Retry rollback deployment': 'r', 'Cancel and seek help': 'c' },
          default: 'r',
        },
        this.#scene.interrupt.signal,
      );
      if (answer === 'r') continue;
      this.#states[stage] = 'rollback-failed';
      return false;
    }
  }

  /** Deploys or rolls back once. Returns why it failed, or null. An interrupt waits for helm to wind down, and is a failure. */
  async #attempt(stage: Stage, rollback: boolean): Promise<string | null> {
    const { interrupt } = this.#scene;
    const meter = this.#scene.meter('K8s deployment progress', sizes[stage].replicas);
    try {
      const clusters = ['eqiad', 'codfw'].map((cluster) => `${stage} in ${cluster}`);
      const fails = await withWorkers(this.#scene, 'helm', clusters, () =>
        this.#roll(meter, stage, rollback),
      );
      if (!fails) return null;
      return `${rollback ? 'Rollback' : 'Deployment'} of ${failingPod[stage]} failed: timed out waiting for the condition`;
    } catch (error) {
      if (!interrupt.signal.aborted) throw error;
      interrupt.handled();
      return '';
    } finally {
      meter.finish();
    }
  }

  /** Moves the meter. Returns whether the attempt fails. */
  async #roll(meter: Meter, stage: Stage, rollback: boolean): Promise<boolean> {
    const { replicas, milliseconds, messages } = sizes[stage];
    const fails = rollback ? this.#takeRollbackFailure() : this.#takeStageFailure(stage);
    const last = fails ? Math.floor(messages / 2) : messages;
    for (let message = 1; message <= last; message++) {
      await this.#scene.wait(milliseconds / messages);
      meter.set(Math.round((replicas * message) / messages));
    }
    if (fails)
      this.#scene.console.printError(
        `UPGRADE FAILED: release ${failingPod[stage]}: context deadline exceeded\n`,
      );
    return fails;
  }

  /** Whether this deployment fails; only the first one does. */
  #takeStageFailure(stage: Stage): boolean {
    const where = this.#changes.some(({ behaviour }) => behaviour === 'rollback-fails')
      ? 'production'
      : 'canaries';
    if (!this.#failsStage || stage !== where) return false;
    this.#failsStage = false;
    return true;
  }

  /** Whether this roll-back fails; only the first one does. */
  #takeRollbackFailure(): boolean {
    const fails = this.#failsRollback;
    this.#failsRollback = false;
    return fails;
  }
}
