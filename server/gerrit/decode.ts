// Owns decoding Gerrit's responses: changes, and the relation chain of a change. Pure. Not the requests (gerrit.ts, dependency-search.ts).
import type { Change, ChangeWarning } from '../../schema/model/job/change.ts';
import { storableText } from '../../schema/model/store/column.ts';
import { GerritRequestFailed } from './request.ts';

/** Gerrit puts this before its JSON, so that no web page can run it as a script. */
const prefix = ")]}'";

/** How much of a commit message is used, in UTF-16 units. */
const maxMessage = 65_536;

/** A change, and what links it to others. */
export interface GerritChange {
  readonly change: Change;
  /** `I` and 40 hexadecimal digits; null if Gerrit does not say. */
  readonly changeId: string | null;
  /** The commit of its current patch set; null if Gerrit does not say. */
  readonly commit: string | null;
  /** The commits before it. Empty if Gerrit does not say. */
  readonly parents: readonly string[];
}

/** Changes, and whether there are more. */
export interface FoundList {
  readonly found: readonly GerritChange[];
  readonly more: boolean;
}

/** A commit of a relation chain. */
export interface ChainMember {
  /** The number of its change; null if Gerrit does not show it. */
  readonly number: string | null;
  readonly project: string | null;
  readonly status: string | null;
  readonly commit: string;
  readonly parents: readonly string[];
  /** Whether its change has a newer patch set than this commit. */
  readonly isOutdated: boolean;
}

/** Decodes the response to a query. Throws if it is not a list of changes. */
export function decodeChanges(body: string, gerritUrl: string): FoundList {
  const list = decodeJson(body);
  if (!Array.isArray(list)) throw new GerritRequestFailed('its response is not a list of changes');
  return {
    found: list.map((info: unknown) => decodeChange(info, gerritUrl)),
    more: member(list.at(-1), '_more_changes') === true,
  };
}

/** Decodes a relation chain. Throws if it is not a relation chain. A member without a commit is left out. */
export function decodeChain(body: string): readonly ChainMember[] {
  const list = member(decodeJson(body), 'changes');
  if (!Array.isArray(list)) throw new GerritRequestFailed('its response is not a relation chain');
  return list.flatMap((info: unknown) => {
    const commit = text(member(member(info, 'commit'), 'commit'));
    if (commit === null) return [];
    const number = member(info, '_change_number');
    const [patchSet, newest] = [member(info, '_revision_number'), member(info, '_current_revision_number')];
    return [
      {
        number: isChangeNumber(number) ? String(number) : null,
        project: text(member(info, 'project')),
        status: text(member(info, 'status')),
        commit,
        parents: parentsOf(member(info, 'commit')),
        isOutdated: typeof patchSet === 'number' && typeof newest === 'number' && patchSet < newest,
      },
    ];
  });
}

function decodeJson(body: string): unknown {
  if (!body.startsWith(prefix)) throw new GerritRequestFailed('the response is not from Gerrit');
  try {
    return JSON.parse(body.slice(prefix.length));
  } catch {
    throw new GerritRequestFailed('its response is not JSON');
  }
}

function decodeChange(info: unknown, gerritUrl: string): GerritChange {
  const number = member(info, '_number');
  const project = text(member(info, 'project'))?.toWellFormed() ?? null;
  if (!isChangeNumber(number) || project === null)
    throw new GerritRequestFailed('its response is not a list of changes');
  const revision = text(member(info, 'current_revision'));
  const commit =
    revision === null ? undefined : member(member(member(info, 'revisions'), revision), 'commit');
  const owner = member(info, 'owner');
  const message = text(member(commit, 'message'));
  const change = {
    number: String(number),
    verified: true,
    url: `${gerritUrl}c/${project.split('/').map(encodeURIComponent).join('/')}/+/${number}`,
    subject: visible(text(member(info, 'subject'))),
    project,
    branch: text(member(info, 'branch')),
    owner: text(member(owner, 'name')) ?? text(member(owner, 'username')) ?? text(member(owner, 'email')),
    status: text(member(info, 'status')),
    commitMessage: message === null ? null : storableText(message, maxMessage),
    warnings: warningsOf(info, revision),
  };
  return {
    change,
    changeId: text(member(info, 'change_id')),
    commit: revision,
    parents: parentsOf(commit),
  };
}

function parentsOf(commit: unknown): readonly string[] {
  const parents = member(commit, 'parents');
  return Array.isArray(parents) ? parents.flatMap((parent) => text(member(parent, 'commit')) ?? []) : [];
}

const isChangeNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** A member of a decoded JSON object; undefined if it has none of this name. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Null for text of nothing but blanks and invisible characters: a link with this name could not be seen. */
const visible = (value: string | null): string | null =>
  value === null || /^[\s\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(value) ? null : value;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Files whose changes make scap rebuild the localisation cache. */
const localisationFile = /(?:^|\/)i18n\/|(?:^|\/)languages\//;

/** What a deployer should know before the start. */
function warningsOf(info: unknown, revision: string | null): ChangeWarning[] {
  const files = revision === null ? undefined : member(member(member(info, 'revisions'), revision), 'files');
  const paths = typeof files === 'object' && files !== null ? Object.keys(files) : [];
  const isOpen = member(info, 'status') === 'NEW';
  return [
    ...(isOpen && member(info, 'work_in_progress') === true ? (['work_in_progress'] as const) : []),
    ...(isOpen && member(info, 'mergeable') === false ? (['not_mergeable'] as const) : []),
    ...(isOpen ? reviewWarnings(member(member(info, 'labels'), 'Code-Review')) : []),
    ...(paths.some((path) => localisationFile.test(path)) ? (['localisation'] as const) : []),
  ];
}

/** What the votes on Code-Review say. Of a project without this label, nothing is known. */
function reviewWarnings(label: unknown): readonly ChangeWarning[] {
  if (typeof label !== 'object' || label === null) return [];
  if (member(label, 'rejected') !== undefined) return ['vetoed'];
  return member(label, 'approved') === undefined ? ['not_approved'] : [];
}
