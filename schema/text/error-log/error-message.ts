// Owns what is known of messages in the error log: their form, where they occurred, filtering and sorting them. Pure. Not the counting (server/error-log/).
import { beginningOf } from '../beginning.ts';

/** Where errors occur, by the labels that scap's own checks use. */
export const errorTargets = ['testservers', 'canaries', 'production'] as const;
export type ErrorTarget = (typeof errorTargets)[number];

export type TargetCounts = Readonly<Record<ErrorTarget, number>>;

/** A part of a count. */
export interface ErrorShare {
  /** Null: all others together. */
  readonly name: string | null;
  readonly count: number;
}

/** A message in a time span. */
export interface ErrorMessage {
  /** A hash of its text. */
  readonly id: string;
  readonly text: string;
  /** Whether the time before the span did not have it. */
  readonly isNew: boolean;
  readonly count: number;
  /** How often it occurred before the span. */
  readonly before: number;
  /** Milliseconds since 1970. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Most errors first. */
  readonly versions: readonly ErrorShare[];
  readonly wikis: readonly ErrorShare[];
  readonly targets: TargetCounts;
  /** Errors in each minute of the trend of the span. */
  readonly trend: readonly number[];
}

/** What MediaWiki writes before the text of each message. */
const boilerplate = /^\[\{?reqId\}?\]\s+\{?exception_url\}?\s+/;
/** The longest message, in UTF-16 units: MediaWiki cuts it at 255 characters. */
const maxMessage = 1_000;

/** A message without what MediaWiki writes before each of them, and on one line. Pure. */
export const messageText = (normalized: string): string =>
  beginningOf(
    normalized
      .replace(boilerplate, '')
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
    maxMessage,
  ).toWellFormed() || 'A message without text';

/** The orders of messages. */
export const messageSorts = ['new-first', 'count', 'last-seen', 'first-seen', 'version', 'text'] as const;
export type MessageSort = (typeof messageSorts)[number];

/** Which messages, and in which order. */
export interface MessageSelection {
  /** A part of the text or of a version, in any case. */
  readonly text: string | null;
  readonly version: string | null;
  readonly target: ErrorTarget | null;
  readonly onlyNew: boolean;
  readonly sort: MessageSort;
}

/** The newest version of a message, by its numbers: wmf.9 is before wmf.10. Empty if it has none. */
const newestVersion = ({ versions }: ErrorMessage): string =>
  versions
    .flatMap(({ name }) => name ?? [])
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1) ?? '';

const orders: Readonly<Record<MessageSort, (one: ErrorMessage, other: ErrorMessage) => number>> = {
  'new-first': (one, other) => Number(other.isNew) - Number(one.isNew) || other.count - one.count,
  count: (one, other) => other.count - one.count,
  'last-seen': (one, other) => other.lastSeenAt - one.lastSeenAt,
  'first-seen': (one, other) => other.firstSeenAt - one.firstSeenAt,
  version: (one, other) =>
    newestVersion(other).localeCompare(newestVersion(one), 'en', { numeric: true }) ||
    other.count - one.count,
  text: (one, other) => one.text.localeCompare(other.text, 'en'),
};

/** The messages of a selection, in its order; those that are equal in it by their text. Pure. */
export function selectMessages(
  messages: readonly ErrorMessage[],
  { text, version, target, onlyNew, sort }: MessageSelection,
): ErrorMessage[] {
  const words = text?.trim().toLowerCase() ?? '';
  return messages
    .filter(
      (each) =>
        (!onlyNew || each.isNew) &&
        (target === null || each.targets[target] > 0) &&
        (version === null || each.versions.some(({ name }) => name === version)) &&
        (each.text.toLowerCase().includes(words) ||
          each.versions.some(({ name }) => name?.toLowerCase().includes(words))),
    )
    .sort((one, other) => orders[sort](one, other) || (one.text < other.text ? -1 : 1));
}
