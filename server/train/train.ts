// Owns the state of the train for resolvers: it follows the staging directory and the services, and knows what has changed since a state was seen.
// Not what the state means (schema/text/train.ts).
import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { TrainNow, TrainSource, Trains } from '../../schema/graphql/context.ts';
import { TrainUnavailable } from '../../schema/model/job/train-start.ts';
import type { TrainServiceConfiguration } from '../../schema/process/configuration/configuration.ts';
import { readStaging } from '../../schema/process/staging.ts';
import {
  isUpcoming,
  summarizeMoves,
  type TrainFacts,
  type TrainLines,
  trainGroupsOf,
  trainLines,
  trainPosition,
} from '../../schema/text/train.ts';
import { cancellable, LatestValues } from '../live/stream.ts';
import { Source, type SourceStatus } from './source.ts';
import { newestBranch, openBlockers, trainTask } from './upstream.ts';

/** How often the staging directory is read without a notification, and how often services are asked, in milliseconds. */
const stagingInterval = 10_000;
const serviceInterval = 60_000;
/** How long a burst of changes may take before the files are read, in milliseconds. */
const burst = 10;
/** How many states are remembered, for the difference to a state that a user saw. */
const rememberedStates = 50;

/** What the train depends on. */
export interface TrainOptions {
  /** The staging directory; null if there is no train. */
  readonly staging: string | null;
  /** With a slash at its end; null if there is no Gerrit. */
  readonly gerritUrl: string | null;
  readonly services: TrainServiceConfiguration;
  readonly logger: Logger;
}

/** A state as it was seen. */
interface SeenState {
  readonly facts: TrainFacts;
  readonly lines: TrainLines;
}

/** The train of one staging directory. */
export class StagingTrain implements Trains, AsyncDisposable {
  readonly #options: TrainOptions;
  readonly #staging: Source<TrainFacts> | null;
  readonly #branch: Source<string> | null;
  readonly #task: Source<Awaited<ReturnType<typeof trainTask>>> | null;
  readonly #blockers: Source<Awaited<ReturnType<typeof openBlockers>>> | null;
  readonly #watchers: FSWatcher[] = [];
  readonly #followers = new Set<LatestValues<'now', TrainNow>>();
  readonly #states = new Map<string, SeenState>();
  #burstTimer: ReturnType<typeof setTimeout> | undefined;
  #now: TrainNow | null = null;
  #fingerprint = '';
  #first: Promise<unknown> = Promise.resolve();

  constructor(options: TrainOptions) {
    this.#options = options;
    const { staging, gerritUrl, services } = options;
    const publish = (): void => this.#publish();
    const { conduitTokenFile: tokenFile, phorgeUrl } = services;
    const exists = staging !== null;
    this.#staging = exists ? new Source(() => readStaging(staging), stagingInterval, publish) : null;
    this.#branch =
      exists && gerritUrl !== null
        ? new Source(() => newestBranch(gerritUrl), serviceInterval, publish)
        : null;
    this.#task = exists ? new Source(() => trainTask(services), serviceInterval, publish) : null;
    this.#blockers =
      exists && tokenFile !== null
        ? new Source(() => this.#readBlockers({ phorgeUrl, tokenFile }), serviceInterval, publish)
        : null;
    if (exists) this.#begin(staging);
  }

  get isConfigured(): boolean {
    return this.#staging !== null;
  }

  async now(): Promise<TrainNow | null> {
    await this.#first;
    return this.#now;
  }

  async fresh(): Promise<TrainNow & { readonly facts: TrainFacts }> {
    if (this.#staging === null)
      throw new TrainUnavailable('No train is configured here: the server has no staging directory.');
    await this.#staging.refresh();
    const { problem } = this.#staging.status;
    const now = this.#now;
    if (problem !== null || now === null || now.facts === null)
      throw new TrainUnavailable(
        `The staging directory cannot be read (${problem ?? 'it was not read yet'}), so it is not known what the wikis run. Nothing was started.`,
      );
    return { ...now, facts: now.facts };
  }

  changesSince(state: string): readonly string[] {
    const before = this.#states.get(state);
    const facts = this.#now?.facts;
    return before && facts ? differences(before, { facts, lines: this.#now?.lines ?? before.lines }) : [];
  }

  follow(): AsyncIterableIterator<TrainNow> {
    return cancellable((signal) => this.#follow(signal));
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<TrainNow, void> {
    await this.#first;
    const updates = new LatestValues<'now', TrainNow>();
    if (this.#now) updates.put('now', this.#now);
    this.#followers.add(updates);
    try {
      while (!signal.aborted) {
        const now = await updates.take(signal);
        if (now) yield now;
      }
    } finally {
      this.#followers.delete(updates);
    }
  }

  /** Reads everything for the first time, and follows the files from then on. */
  #begin(directory: string): void {
    // The services may be slow: what the files say does not wait for them.
    this.#first = this.#staging?.refresh() ?? Promise.resolve();
    void this.#branch?.refresh();
    void this.#task?.refresh().then(() => this.#blockers?.refresh());
    for (const folder of [directory, join(directory, 'dblists')]) this.#watch(folder);
  }

  /** The timer is the fallback: a directory that does not exist yet, or that is replaced, is not watched. */
  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        clearTimeout(this.#burstTimer);
        this.#burstTimer = setTimeout(() => void this.#staging?.refresh(), burst);
        this.#burstTimer.unref();
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch (error) {
      this.#options.logger.warn(
        { err: error, folder },
        'the folder cannot be watched; it is read every 10 seconds',
      );
    }
  }

  async #readBlockers(access: { phorgeUrl: string; tokenFile: string }) {
    const task = this.#task?.status.value;
    return task ? await openBlockers(task.id, access) : [];
  }

  #publish(): void {
    const now = this.#state();
    const fingerprint = JSON.stringify([
      now.state,
      now.task,
      now.isTaskUpcoming,
      now.blockers,
      now.sources.map(({ problem }) => problem),
    ]);
    const changed = fingerprint !== this.#fingerprint;
    this.#fingerprint = fingerprint;
    this.#now = now;
    if (now.facts !== null) this.#remember(now.state, { facts: now.facts, lines: now.lines });
    if (changed) for (const updates of this.#followers) updates.put('now', now);
  }

  #remember(state: string, seen: SeenState): void {
    this.#states.delete(state);
    this.#states.set(state, seen);
    for (const oldest of this.#states.keys())
      if (this.#states.size > rememberedStates) this.#states.delete(oldest);
  }

  #state(): TrainNow {
    const facts = this.#staging?.status.value ?? null;
    const newest = this.#branch?.status.value ?? null;
    const lines = facts === null ? { current: null, next: null } : trainLines(facts, newest);
    const { phorgeUrl } = this.#options.services;
    const task = this.#task?.status.value ?? null;
    return {
      state: facts === null ? '' : hashOf(facts, newest),
      facts,
      lines,
      groups: facts === null ? [] : trainGroupsOf(facts),
      position: facts === null || lines.current === null ? null : trainPosition(facts, lines.current),
      newest,
      task,
      isTaskUpcoming: isUpcoming(task?.date ?? null, new Date()),
      blockers: this.#blockers?.status.value ?? null,
      phorgeUrl,
      sources: [
        sourceOf('staging', this.#staging),
        sourceOf('gerrit', this.#branch),
        sourceOf('task', this.#task),
        sourceOf('blockers', this.#blockers),
      ].flatMap((source) => source ?? []),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#burstTimer);
    for (const watcher of this.#watchers) watcher.close();
    for (const source of [this.#staging, this.#branch, this.#task, this.#blockers])
      source?.[Symbol.dispose]();
  }
}

function sourceOf(
  name: TrainSource['name'],
  source: { readonly status: SourceStatus<unknown> } | null,
): TrainSource | null {
  return source && { name, readAt: source.status.readAt, problem: source.status.problem };
}

/** Changes with everything that decides what a promotion does. */
function hashOf(facts: TrainFacts, newest: string | null): string {
  const text = JSON.stringify([[...facts.wikis].sort(), facts.groups, [...facts.checkedOut].sort(), newest]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** What is different between two states, as sentences. Pure. */
function differences(before: SeenState, after: SeenState): readonly string[] {
  const sentences: string[] = [];
  const [was, is] = [before, after].map(
    ({ lines }) => lines.next?.version ?? lines.current?.version ?? 'unknown',
  );
  if (was !== is) sentences.push(`The newest version is ${is} now, it was ${was}.`);
  const moves = [...after.facts.wikis].flatMap(([wiki, to]) => {
    const from = before.facts.wikis.get(wiki) ?? 'no version';
    return from === to ? [] : [{ wiki, from, to }];
  });
  for (const { from, to, count } of summarizeMoves(moves))
    sentences.push(`${count} ${count === 1 ? 'wiki runs' : 'wikis run'} ${to} now instead of ${from}.`);
  const gone = [...before.facts.wikis.keys()].filter((wiki) => !after.facts.wikis.has(wiki));
  if (gone.length > 0) sentences.push(`${gone.length} of the wikis no longer exist.`);
  if (JSON.stringify(before.facts.groups) !== JSON.stringify(after.facts.groups))
    sentences.push('The groups have other wikis now.');
  if (sentences.length === 0) sentences.push('Other versions are checked out now.');
  return sentences;
}
