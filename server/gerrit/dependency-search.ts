// Owns finding what changes depend on, by relation chains and `Depends-On:` footers: which questions Gerrit is asked, and how many. Not the rules
// (dependency.ts), not the requests (gerrit.ts).
import type { ChangeOrder, MissingChange } from '../../schema/graphql/context.ts';
import { maxChanges } from '../../schema/model/job/change.ts';
import type { Answer } from './answer-cache.ts';
import type { ChainMember, FoundList, GerritChange } from './decode.ts';
import { neededOf, orderOf, referencesOf } from './dependency.ts';
import { canBeChange } from './query.ts';

/** How many requests one search sends at most. What is known already needs none. */
const maxRequests = 20;
/** How many changes are followed. */
const maxFollowed = 150;
/** How many commits of relation chains are remembered: each is a step of a recursion. */
const maxMembers = 1_000;
/** How many terms a query has at most: it is a part of the URL. */
const maxTerms = 25;

/** What is asked. Each rejects with GerritUnavailable. */
export interface DependencySource {
  readonly url: string;
  /** Whether the answer needs no request. */
  readonly isKnown: (question: string) => boolean;
  readonly query: (query: string) => Promise<Answer<FoundList>>;
  /** The change, if Gerrit described it a short time ago. */
  readonly recent: (number: string) => Answer<GerritChange> | undefined;
  /** The change as Gerrit described it last. */
  readonly kept: (number: string) => Answer<GerritChange> | undefined;
  readonly chain: (number: string) => Promise<Answer<readonly ChainMember[]>>;
}

interface Link {
  readonly kind: MissingChange['kind'];
  readonly isAddable: boolean;
  readonly isOutdated: boolean;
}

/** Finds what changes depend on. The search ends early, and says so, when it has used up its requests or Gerrit does not answer. */
export async function findDependencies(
  given: readonly string[],
  source: DependencySource,
): Promise<ChangeOrder> {
  return await new DependencySearch(given, source).run();
}

class DependencySearch {
  readonly #given: readonly string[];
  readonly #source: DependencySource;
  /** What each change depends on, by their numbers. */
  readonly #links = new Map<string, Map<string, Link>>();
  readonly #changes = new Map<string, GerritChange>();
  /** The commits of all relation chains. */
  readonly #members = new Map<string, ChainMember>();
  readonly #followed = new Set<string>();
  /** What footers name and Gerrit does not show. */
  readonly #unknown = new Set<string>();
  #requests = 0;
  #isComplete = true;
  #at = Date.now();
  #problem: Error | null = null;

  constructor(given: readonly string[], source: DependencySource) {
    this.#given = given;
    this.#source = source;
  }

  async run(): Promise<ChangeOrder> {
    // If nothing is known of the given changes, the caller gets the error.
    await this.#describe(this.#given);
    try {
      for (let next = this.#reached(); next.length > 0; next = this.#reached()) await this.#follow(next);
    } catch (error) {
      this.#isComplete = false;
      this.#problem = error instanceof Error ? error : null;
    }
    return this.#result();
  }

  /** The described changes that were reached but not followed. */
  #reached(): readonly GerritChange[] {
    return this.#reachable().flatMap((number) => {
      const found = this.#changes.get(number);
      return found === undefined || this.#followed.has(number) ? [] : [found];
    });
  }

  /** The given changes and what they depend on, the nearest first. Nothing is needed for a merged one. */
  #reachable(): readonly string[] {
    const reached = new Set(this.#given);
    for (const number of reached)
      if (!this.#isMerged(number)) for (const needed of this.#needs(number)) reached.add(needed);
    return [...reached];
  }

  #needs(number: string): readonly string[] {
    return [...(this.#links.get(number)?.keys() ?? [])].filter((needed) => !this.#isMerged(needed));
  }

  #isMerged(number: string): boolean {
    return this.#changes.get(number)?.change.status === 'MERGED';
  }

  /** Adds what these changes depend on directly, and the whole relation chains below them. */
  async #follow(changes: readonly GerritChange[]): Promise<void> {
    for (const { change } of changes) this.#followed.add(change.number);
    const open = changes.filter(({ change }) => change.status !== 'MERGED');
    await this.#followChains(open);
    const named = new Map<string, readonly GerritChange[]>();
    for (const dependent of open)
      for (const name of referencesOf(dependent.change.commitMessage ?? '', this.#source.url))
        named.set(name, [...(named.get(name) ?? []), dependent]);
    const wanted = [...new Set([...this.#reachable(), ...named.keys()])].filter(
      (name) => !this.#changes.has(name),
    );
    const room = Math.max(0, maxFollowed - this.#changes.size);
    if (wanted.length > room) this.#isComplete = false;
    const described = wanted.slice(0, room);
    await this.#describe(described);
    for (const [name, dependents] of named)
      if (this.#changes.has(name) || described.includes(name)) this.#linkNamed(name, dependents);
  }

  /** Links changes with what one footer names. */
  #linkNamed(name: string, dependents: readonly GerritChange[]): void {
    const named = [...this.#changes.values()].filter(
      ({ change, changeId }) => change.number === name || changeId?.startsWith(name) === true,
    );
    if (named.length === 0) this.#unknown.add(name);
    for (const { change: dependent } of dependents)
      for (const { change, isAddable } of neededOf(
        dependent,
        named.map((each) => each.change),
      ))
        this.#link(dependent.number, change.number, { kind: 'depends_on', isAddable, isOutdated: false });
  }

  #link(dependent: string, needed: string, link: Link): void {
    const links = this.#links.get(dependent) ?? new Map<string, Link>();
    this.#links.set(dependent, links);
    if (!links.has(needed)) links.set(needed, link);
  }

  /** Asks for changes by numbers and Change-Ids. */
  async #describe(names: readonly string[]): Promise<void> {
    const unasked = names.filter((name) => {
      if (!name.startsWith('I') && !canBeChange(name)) return false;
      const recent = this.#source.recent(name);
      if (recent !== undefined) this.#add(this.#used(recent));
      return recent === undefined;
    });
    try {
      for (const found of await this.#query(unasked.map((name) => `change:${name}`))) this.#add(found);
    } catch (error) {
      // The same changes may be known from other questions.
      const kept = unasked.flatMap((name) => this.#source.kept(name) ?? []);
      if (kept.length < unasked.length) throw error;
      for (const answer of kept) this.#add(this.#used(answer));
      this.#problem ??= error instanceof Error ? error : null;
    }
  }

  #add(found: GerritChange): void {
    this.#changes.set(found.change.number, found);
  }

  /** The changes of queries with these terms. */
  async #query(terms: readonly string[]): Promise<readonly GerritChange[]> {
    const all: GerritChange[] = [];
    for (let start = 0; start < terms.length; start += maxTerms) {
      const query = terms.slice(start, start + maxTerms).join(' OR ');
      this.#spend(query);
      const { found, more } = this.#used(await this.#source.query(query));
      if (more) this.#isComplete = false;
      all.push(...found);
    }
    return all;
  }

  /** Links the changes of relation chains. A chain is read only for a change whose parent commit belongs to a change that is not merged. */
  async #followChains(changes: readonly GerritChange[]): Promise<void> {
    const unread = changes.filter(({ commit }) => commit !== null && !this.#members.has(commit));
    const commits = [...new Set(unread.flatMap(({ parents }) => parents))];
    const parents = await this.#query(commits.map((commit) => `commit:${commit}`));
    for (const parent of parents) this.#add(parent);
    const unmerged = parents.filter(({ change }) => change.status !== 'MERGED');
    // A commit that is not the current patch set of its change cannot be told from another one.
    const isUncertain = unmerged.some(({ commit }) => commit === null || !commits.includes(commit));
    const known = new Set(parents.map(({ commit }) => commit));
    const open = new Set(unmerged.map(({ commit }) => commit));
    for (const change of unread) {
      if (change.commit === null || this.#members.has(change.commit)) continue;
      const hasChain = change.parents.some(
        (parent) => open.has(parent) || (isUncertain && !known.has(parent)),
      );
      if (!hasChain) continue;
      this.#spend(`chain ${change.change.number}`);
      const chain = this.#used(await this.#source.chain(change.change.number));
      const room = Math.max(0, maxMembers - this.#members.size);
      if (chain.length > room) this.#isComplete = false;
      for (const member of chain.slice(0, room)) this.#members.set(member.commit, member);
    }
    for (const change of changes) this.#walk(change);
  }

  /** Links a change with the chain below it. */
  #walk({ change, parents }: GerritChange): void {
    const seen = new Set<string>();
    const next = parents.map((commit) => ({ from: change.number, commit }));
    for (const { from, commit } of next) {
      const member = this.#members.get(commit);
      if (member === undefined || seen.has(commit) || member.status === 'MERGED') continue;
      seen.add(commit);
      if (member.project !== null && member.project !== change.project) continue;
      const number = member.number ?? from;
      if (number !== from)
        this.#link(from, number, {
          kind: 'relation_chain',
          isAddable: member.status === 'NEW',
          isOutdated: member.isOutdated,
        });
      for (const below of member.parents) next.push({ from: number, commit: below });
    }
  }

  /** Throws when the requests are used up. */
  #spend(question: string): void {
    if (this.#source.isKnown(question)) return;
    if (this.#requests === maxRequests) throw new TooManyRequests();
    this.#requests++;
  }

  /** The value of an answer. The result is as old as the oldest answer. */
  #used<Value>({ value, at, problem }: Answer<Value>): Value {
    this.#at = Math.min(this.#at, at);
    this.#problem ??= problem;
    return value;
  }

  #result(): ChangeOrder {
    const reached = this.#reachable().filter(
      (number) => !this.#given.includes(number) && !this.#isMerged(number),
    );
    const { order, cycle } = orderOf(
      this.#given,
      new Map(reached.concat(this.#given).map((number) => [number, this.#needs(number)])),
    );
    const missing = reached.flatMap((number) => this.#missing(number) ?? []).slice(0, maxChanges);
    const addable = missing.filter(({ isAddable }) => isAddable).map(({ change }) => change.number);
    const place = (number: string): number => order.indexOf(number);
    return {
      order: order.filter((number) => this.#given.includes(number) || addable.includes(number)),
      missing: missing.sort((one, other) => place(one.change.number) - place(other.change.number)),
      missingCount: reached.length,
      unknown: [...this.#unknown].slice(0, maxChanges),
      cycle: cycle.slice(0, maxChanges),
      isComplete: this.#isComplete,
      at: this.#at,
      problem: this.#problem instanceof TooManyRequests ? null : (this.#problem?.message ?? null),
    };
  }

  #missing(number: string): MissingChange | null {
    const found = this.#changes.get(number);
    if (found === undefined) return null;
    const links = [...this.#links].flatMap(([dependent, needs]) => {
      const link = needs.get(number);
      return link === undefined ? [] : [{ dependent, link }];
    });
    return {
      change: found.change,
      neededBy: links.map(({ dependent }) => dependent).slice(0, maxChanges),
      kind: links[0]?.link.kind ?? 'depends_on',
      isOutdated: links.some(({ link }) => link.isOutdated),
      isAddable: found.change.status === 'NEW' && links.every(({ link }) => link.isAddable),
    };
  }
}

/** The search has used up its requests. */
class TooManyRequests extends Error {}
