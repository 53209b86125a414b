// Owns what a kind of job is: the one description from which its title, its command line, its audit text and its actions follow. Not the kinds (list.ts).
import type { TrainFacts } from '../../../text/train.ts';
import type { Change } from '../change.ts';

/** What the row of a job says about the request: its changes, and the parameters of kinds that have others. */
export interface JobWork {
  /** In the order in which scap gets them; empty for a kind without changes. */
  readonly changes: readonly Change[];
  /** As it was stored; null for a kind whose only parameters are its changes. */
  readonly parameters: unknown;
}

/** What an operator configures for command lines. */
export interface CommandSettings {
  /** Arguments for scap, inserted after its subcommand. */
  readonly scapArguments: readonly string[];
  /** Whether a train asks for confirmation after the test servers. */
  readonly trainPause: boolean;
}

/** What to run: a subcommand of scap with its arguments. The configured arguments are not among them. */
export interface Invocation {
  readonly subcommand: string;
  readonly arguments: readonly string[];
}

/** A kind of job with parameters of one type. */
export interface KindDefinition<Parameters> {
  /** What it does, for the documentation of the API. */
  readonly description: string;
  /** The only place that checks the parameters. Throws an error that says what is wrong. */
  readonly parse: (work: JobWork) => Parameters;
  /** The title of the job. */
  readonly title: (parameters: Parameters) => string;
  /** The command line. Its arguments come from the parameters alone. */
  readonly command: (parameters: Parameters, settings: CommandSettings) => Invocation;
  /** What was asked for, in the audit log. */
  readonly detail: (parameters: Parameters) => string;
  /** Whether an ended job can be queued again as it was; else the reason why not, as a sentence that says what to do instead. */
  readonly retry: true | string;
  /** Whether its changes can be reverted by another job. */
  readonly canRevert: boolean;
  /** Whether its changes must be merged before; else they may be open. */
  readonly needsMergedChanges: boolean;
  /** Whether it is queued only if no other job is running or queued in its lane: it depends on what another job may change. */
  readonly needsFreeLane?: boolean;
  /** What has changed since the job was requested, as sentences; it does not start if there is any. Missing: what the staging directory says does not matter. */
  readonly changesBeforeStart?: (parameters: Parameters, facts: TrainFacts) => readonly string[];
  /** What is left to do after a roll-back, as a sentence. */
  readonly afterRollBack: string;
}

/** A kind of job whose parameters are read from the work of a job. */
export interface KindModule
  extends Pick<
    KindDefinition<never>,
    'description' | 'retry' | 'canRevert' | 'needsMergedChanges' | 'needsFreeLane' | 'afterRollBack'
  > {
  /** The title. Throws as `parse` does. */
  readonly title: (work: JobWork) => string;
  /** The arguments of scap. Throws as `parse` does: text that must not reach a command line does not. */
  readonly argv: (work: JobWork, settings: CommandSettings) => readonly string[];
  /** What was asked for. Throws as `parse` does. */
  readonly detail: (work: JobWork) => string;
  /** What has changed since the job was requested, as sentences; null if it does not depend on the staging directory. Throws as `parse` does. */
  readonly changesBeforeStart: ((work: JobWork, facts: TrainFacts) => readonly string[]) | null;
}

/** Makes a kind of its definition. */
export function defineKind<Parameters>(definition: KindDefinition<Parameters>): KindModule {
  const { description, retry, canRevert, needsMergedChanges, needsFreeLane, afterRollBack, parse } =
    definition;
  const { changesBeforeStart } = definition;
  return {
    description,
    retry,
    canRevert,
    needsMergedChanges,
    needsFreeLane: needsFreeLane ?? false,
    afterRollBack,
    title: (work) => definition.title(parse(work)),
    argv: (work, settings) => {
      const { subcommand, arguments: own } = definition.command(parse(work), settings);
      return [subcommand, ...settings.scapArguments, ...own];
    },
    detail: (work) => definition.detail(parse(work)),
    changesBeforeStart: changesBeforeStart ? (work, facts) => changesBeforeStart(parse(work), facts) : null,
  };
}
