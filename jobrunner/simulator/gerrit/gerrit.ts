// Owns a small read-only Gerrit over HTTP: the REST responses of the real one, for the sample changes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SampleChange, sampleChanges } from '../change.ts';
import { BadQuery, readQuery } from './query.ts';

/** How the simulated Gerrit fails. Can be changed while it runs. */
export interface GerritFailure {
  /** Closes every connection without a response. */
  down?: boolean;
  /** Delays each response by this many milliseconds. */
  delayMs?: number;
  /** Answers every request with this HTTP status and a short text. */
  status?: number;
  /** The seconds of `Retry-After` beside the status. */
  retryAfter?: number;
  /** Answers with this body and status 200. */
  body?: string;
  /** Only requests whose path and query contain this text fail. Default: all. */
  only?: string;
}

export interface GerritOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Closes the server when the signal aborts. */
  readonly signal?: AbortSignal;
  /** Default: the sample changes. */
  readonly changes?: readonly SampleChange[];
  /** The versions of the train that have a branch, now. Default: none. */
  readonly trainVersions?: () => readonly string[];
}

/** A running simulated Gerrit. */
export interface SimulatedGerrit extends AsyncDisposable {
  /** `http://HOST:PORT/r/`; the `/r` is optional. */
  readonly url: string;
  /** Set members to make it fail, delete them to make it work again. */
  readonly failure: GerritFailure;
  /** The number of requests so far. */
  readonly requests: number;
  /** Stops listening and closes all connections. Idempotent. */
  close(): Promise<void>;
}

type Answer = { readonly status: number; readonly text: string } | { readonly json: unknown };

/** Starts the simulated Gerrit. Rejects when the port is in use, or with the signal's reason when it is already aborted. */
export async function startGerrit(options: GerritOptions = {}): Promise<SimulatedGerrit> {
  const { port = 0, host = '127.0.0.1', signal, changes = sampleChanges, trainVersions = () => [] } = options;
  signal?.throwIfAborted();
  const failure: GerritFailure = {};
  const closing = new AbortController();
  let requests = 0;

  const server = createServer((request, response) => {
    requests++;
    respond(request, response).catch(() => response.destroy());
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const fails: GerritFailure = target.includes(failure.only ?? '') ? failure : {};
    if (fails.delayMs) await sleep(fails.delayMs, undefined, { signal: closing.signal });
    if (fails.down) {
      request.socket.destroy();
      return;
    }
    const answer =
      failedAnswer(fails) ??
      answerTo(request.method ?? 'GET', target, { changes, versions: trainVersions() });
    const body = 'json' in answer ? `)]}'\n${JSON.stringify(answer.json)}\n` : answer.text;
    if (fails.retryAfter !== undefined) response.setHeader('retry-after', fails.retryAfter);
    response.writeHead('json' in answer ? 200 : answer.status, {
      'content-type': `${'json' in answer ? 'application/json' : 'text/plain'}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      closing.abort();
      signal?.removeEventListener('abort', close);
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closed;
  };
  signal?.addEventListener('abort', close, { once: true });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/r/`,
    failure,
    get requests() {
      return requests;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a failing Gerrit answers; undefined if it does not fail. */
function failedAnswer({ status, body }: GerritFailure): Answer | undefined {
  if (body !== undefined) return { status: status ?? 200, text: body };
  return status === undefined ? undefined : { status, text: 'The simulated Gerrit fails on request' };
}

/** Gerrit's response to a request. Pure. */
function answerTo(
  method: string,
  target: string,
  { changes, versions }: { changes: readonly SampleChange[]; versions: readonly string[] },
): Answer {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, text: 'Not implemented in the simulated Gerrit' };
  let url: URL;
  let path: string[];
  try {
    url = new URL(target, 'http://gerrit.invalid');
    // Split before decoding, because project names contain encoded slashes.
    path = url.pathname
      .replace(/^(?:\/r)?(?:\/a)?\//, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return { status: 400, text: 'Bad Request' };
  }
  const [collection, id, view, ...rest] = path;
  if (collection === 'config' && id === 'server' && view === 'version') return { json: '3.10.6-simulated' };
  if (collection === 'projects' && id === 'mediawiki/core' && view === 'branches')
    return {
      json: versions.map((version) => ({
        ref: `refs/heads/wmf/${version}`,
        revision: 'c652bf2b5da3551449faa0e98c4019ff0418a824',
      })),
    };
  if (collection !== 'changes') return page(path, changes);
  const wanted = new Set(url.searchParams.getAll('o'));
  if (id === undefined || id === '') return queryChanges(url.searchParams, wanted, changes);
  const change = changes.find((candidate) => identifiers(candidate).includes(id));
  if (!change) return { status: 404, text: `Not found: ${id}` };
  if (view === undefined || view === '') return { json: changeInfo(change, wanted) };
  if (view === 'detail')
    return {
      json: changeInfo(change, new Set([...wanted, 'CURRENT_REVISION', 'CURRENT_COMMIT', 'DETAILED'])),
    };
  if (view === 'submitted_together')
    return { json: { changes: submittedTogether(change, changes), non_visible_changes: 0 } };
  if (view === 'in')
    return { json: { branches: change.status === 'MERGED' ? [change.branch] : [], tags: [] } };
  const [revision, subview] = rest;
  if (view !== 'revisions' || revision === undefined) return { status: 404, text: 'Not Found' };
  if (!['current', change.revision, String(change.patchSet)].includes(revision))
    return { status: 404, text: `Not found: ${revision}` };
  if (subview === 'related') return { json: { changes: related(change, changes) } };
  if (subview === 'crd') return { json: crossRepositoryDependencies(change, changes) };
  if (subview === 'files') return { json: files(change) };
  if (subview === 'commit') return { json: commitInfo(change, true) };
  return { status: 404, text: 'Not Found' };
}

function identifiers(change: SampleChange): string[] {
  return [
    String(change.number),
    `${change.project}~${change.number}`,
    change.changeId,
    `${change.project}~${change.branch}~${change.changeId}`,
  ];
}

function queryChanges(
  parameters: URLSearchParams,
  wanted: ReadonlySet<string>,
  changes: readonly SampleChange[],
): Answer {
  const queries = parameters.getAll('q');
  const count = parameters.get('n') ?? parameters.get('limit') ?? '500';
  const start = parameters.get('S') ?? parameters.get('start') ?? '0';
  if (!/^[0-9]{1,6}$/.test(count)) return { status: 400, text: `"${count}" is not a valid value for "-n"` };
  if (!/^[0-9]{1,6}$/.test(start)) return { status: 400, text: `"${start}" is not a valid value for "-S"` };
  try {
    const results = (queries.length === 0 ? [''] : queries).map((text) => {
      const query = readQuery(text);
      const found = changes
        .filter(query.matches)
        .sort((one, other) => other.updated.getTime() - one.updated.getTime())
        .slice(Number(start));
      const shown = found.slice(0, Math.min(Number(count) || 500, query.limit ?? Number.POSITIVE_INFINITY));
      return shown.map((change, index) => ({
        ...changeInfo(change, wanted),
        // As in Gerrit, the last change says that there are more.
        ...(index === shown.length - 1 && shown.length < found.length ? { _more_changes: true } : {}),
      }));
    });
    // One query: its result. Several: a list of results.
    return { json: queries.length > 1 ? results : results[0] };
  } catch (error) {
    if (error instanceof BadQuery) return { status: 400, text: error.message };
    throw error;
  }
}

function changeInfo(change: SampleChange, wanted: ReadonlySet<string>): Record<string, unknown> {
  const open = change.status === 'NEW';
  const withRevision = ['CURRENT_REVISION', 'ALL_REVISIONS'].some((option) => wanted.has(option));
  return {
    id: `${encodeURIComponent(change.project)}~${change.number}`,
    triplet_id: `${encodeURIComponent(change.project)}~${encodeURIComponent(change.branch)}~${change.changeId}`,
    project: change.project,
    branch: change.branch,
    hashtags: [],
    change_id: change.changeId,
    subject: change.subject,
    status: change.status,
    created: timestamp(change.created),
    updated: timestamp(change.updated),
    ...(change.status === 'MERGED' ? { submitted: timestamp(change.updated) } : {}),
    submit_type: 'FAST_FORWARD_ONLY',
    ...(open ? { mergeable: change.behaviour !== 'not-mergeable' } : {}),
    ...(change.workInProgress ? { work_in_progress: true } : {}),
    submittable: open && !change.workInProgress,
    insertions: 12,
    deletions: 3,
    total_comment_count: 0,
    unresolved_comment_count: 0,
    has_review_started: !change.workInProgress,
    meta_rev_id: change.changeId.slice(1),
    _number: change.number,
    virtual_id_number: change.number,
    // The real Gerrit includes names only with DETAILED_ACCOUNTS; including them here saves a request.
    owner: account(change),
    ...(wanted.has('DETAILED') ? { reviewers: {}, messages: [] } : {}),
    ...(['DETAILED', 'LABELS', 'DETAILED_LABELS'].some((option) => wanted.has(option))
      ? { labels: labels(change) }
      : {}),
    ...(withRevision
      ? { current_revision: change.revision, revisions: { [change.revision]: revisionInfo(change, wanted) } }
      : {}),
    current_revision_number: change.patchSet,
    requirements: [],
    submit_records: [],
  };
}

function revisionInfo(change: SampleChange, wanted: ReadonlySet<string>): Record<string, unknown> {
  const withCommit = ['CURRENT_COMMIT', 'ALL_COMMITS'].some((option) => wanted.has(option));
  return {
    kind: 'REWORK',
    _number: change.patchSet,
    created: timestamp(change.updated),
    uploader: account(change),
    ref: `refs/changes/${String(change.number).slice(-2)}/${change.number}/${change.patchSet}`,
    branch: `refs/heads/${change.branch}`,
    ...(withCommit ? { commit: commitInfo(change, false) } : {}),
    ...(wanted.has('COMMIT_FOOTERS') ? { commit_with_footers: change.commitMessage } : {}),
    ...(wanted.has('CURRENT_FILES') ? { files: files(change) } : {}),
  };
}

/** The reviewer whose vote is shown. */
const reviewer = { _account_id: 5999, name: 'Ruth Reviewer', email: 'ruth.reviewer@example.org' };

/** The labels as Gerrit summarizes them: for each extreme vote, one account. */
function labels({
  status,
  codeReview = status === 'MERGED' ? 2 : undefined,
}: SampleChange): Record<string, unknown> {
  const votes = {
    [-2]: { rejected: reviewer, blocking: true },
    [-1]: { disliked: reviewer, value: -1 },
    1: { recommended: reviewer, value: 1 },
    2: { approved: reviewer },
  };
  return { 'Code-Review': codeReview === undefined ? {} : votes[codeReview], Verified: {} };
}

/** The files of the change, by path. */
function files(change: SampleChange): Record<string, unknown> {
  const path =
    change.behaviour === 'beta-only'
      ? 'wmf-config/InitialiseSettings-labs.php'
      : change.behaviour === 'l10n'
        ? 'languages/i18n/en.json'
        : 'README.md';
  return {
    '/COMMIT_MSG': { status: 'A', lines_inserted: 12, size_delta: 480, size: 480 },
    [path]: { lines_inserted: 12, lines_deleted: 3, size_delta: 231, size: 4_711 },
  };
}

function account({ owner }: SampleChange): Record<string, unknown> {
  return { _account_id: owner.id, name: owner.name, email: owner.email };
}

function commitInfo(change: SampleChange, named: boolean): Record<string, unknown> {
  const person = {
    name: change.owner.name,
    email: change.owner.email,
    date: timestamp(change.updated),
    tz: 0,
  };
  return {
    ...(named ? { commit: change.revision } : {}),
    parents: [{ commit: change.parent, subject: 'The commit before' }],
    author: person,
    committer: person,
    subject: change.subject,
    message: change.commitMessage,
  };
}

/** The change and the open changes below it, newest first; empty when it would be submitted alone. */
function submittedTogether(
  change: SampleChange,
  changes: readonly SampleChange[],
): Record<string, unknown>[] {
  const chain: SampleChange[] = [];
  const seen = new Set<SampleChange>();
  for (
    let member: SampleChange | undefined = change;
    member && !seen.has(member);
    member = parentIn(member, changes)
  ) {
    seen.add(member);
    if (member.status === 'NEW') chain.push(member);
  }
  return chain.length === 1 ? [] : chain.map((member) => changeInfo(member, new Set(['CURRENT_REVISION'])));
}

/** The response of Gerrit's Zuul plugin: what the `Depends-On:` lines of the change name, and what names the change. */
function crossRepositoryDependencies(
  change: SampleChange,
  changes: readonly SampleChange[],
): Record<string, unknown> {
  const dependencies = dependsOn(change);
  const found = changes.filter(({ changeId }) => dependencies.includes(changeId));
  const neededBy = changes.filter((other) => dependsOn(other).includes(change.changeId));
  const details = (member: SampleChange): Record<string, unknown> =>
    changeInfo(member, new Set(['CURRENT_REVISION']));
  return {
    depends_on_found: found.map(details),
    depends_on_missing: dependencies.filter((id) => !found.some(({ changeId }) => changeId === id)),
    needed_by: neededBy.map(details),
    cycle: neededBy.some(({ changeId }) => dependencies.includes(changeId)),
  };
}

/** The Change-Ids that the commit message names as dependencies. */
const dependsOn = ({ commitMessage }: SampleChange): string[] =>
  [...commitMessage.matchAll(/^Depends-On:\s*(I[0-9a-f]{40})\s*$/gim)].map(([, id]) => id ?? '');

/** The relation chain of the change, newest first, as Gerrit orders it; empty for a change without one. */
function related(change: SampleChange, changes: readonly SampleChange[]): Record<string, unknown>[] {
  const chain = [change];
  const isNew = (member: SampleChange | undefined): member is SampleChange =>
    member !== undefined && !chain.includes(member);
  for (let below = parentIn(change, changes); isNew(below); below = parentIn(below, changes))
    chain.push(below);
  for (let above = childIn(change, changes); isNew(above); above = childIn(above, changes))
    chain.unshift(above);
  if (chain.length === 1) return [];
  return chain.map((member) => {
    const { author, subject } = commitInfo(member, true);
    return {
      project: member.project,
      change_id: member.changeId,
      commit: { commit: member.revision, parents: [{ commit: member.parent }], author, subject },
      _change_number: member.number,
      _revision_number: member.patchSet,
      _current_revision_number: member.patchSet,
      status: member.status,
    };
  });
}

function parentIn(change: SampleChange, changes: readonly SampleChange[]): SampleChange | undefined {
  return changes.find((other) => other.revision === change.parent);
}

function childIn(change: SampleChange, changes: readonly SampleChange[]): SampleChange | undefined {
  return changes.find((other) => other.parent === change.revision);
}

/** The page behind a link to a change: its commit, as plain text. */
function page(path: readonly string[], changes: readonly SampleChange[]): Answer {
  const plus = path.indexOf('+');
  const number = path.length === 1 ? path[0] : path[0] === 'c' && plus > 0 ? path[plus + 1] : undefined;
  const change = changes.find((candidate) => String(candidate.number) === number);
  if (!change) return { status: 404, text: 'Not Found' };
  const { name, email } = change.owner;
  return {
    status: 200,
    text: `A simulated Gerrit: this change is invented.\n\n${change.project} ${change.branch} ${change.status}\ncommit ${change.revision}\nParent: ${change.parent}\nOwner:  ${name} <${email}>\n\n${change.commitMessage}`,
  };
}

/** Gerrit's timestamps: UTC, with nanoseconds, without a zone. */
function timestamp(date: Date): string {
  return `${date.toISOString().replace('T', ' ').slice(0, 23)}000000`;
}
