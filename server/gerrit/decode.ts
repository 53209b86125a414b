// Owns decoding Gerrit's responses. Pure. Not the requests (gerrit.ts).
import type { Change, ChangeWarning } from '../../schema/model/job/change.ts';
import { storableText } from '../../schema/model/store/column.ts';
import { GerritRequestFailed } from './request.ts';

/** Gerrit puts this before its JSON, so that no web page can run it as a script. */
const prefix = ")]}'";

/** How much of a commit message is used, in UTF-16 units. */
const maxMessage = 65_536;

/** A change as Gerrit describes it. */
export interface GerritChange {
  readonly change: Change;
}

/** Changes, and whether there are more. */
export interface FoundList {
  readonly found: readonly GerritChange[];
  readonly more: boolean;
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
  const project = member(info, 'project');
  if (typeof number !== 'number' || typeof project !== 'string')
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
  return { change };
}

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
    ...(paths.some((path) => localisationFile.test(path)) ? (['localisation'] as const) : []),
  ];
}
