// Owns the parsing of typed changes, and what is wrong with them. The server validates them again; this gives quicker feedback.
import { msg } from '../i18n/msg.ts';

/** A change as it was typed. */
export interface ChangeInput {
  /** What is sent to the server: the text as typed, without spaces around it. */
  readonly input: string;
  /** The change number; null if there is none, and `problem` says why. */
  readonly number: string | null;
  readonly problem: string | null;
}

const changeNumber = /^[1-9][0-9]{0,9}$/;

/** Splits typed or pasted text at white space, commas and semicolons. Empty pieces are left out. */
export function splitInput(typed: string): string[] {
  return typed.split(/[\s,;]+/u).filter((piece) => piece !== '');
}

/** Parses one change: a number, or the URL of a change in Gerrit. */
export function readChange(input: string): ChangeInput {
  if (changeNumber.test(input)) return { input, number: input, problem: null };
  if (/^https?:\/\//i.test(input)) {
    const number = numberInUrl(input);
    return { input, number, problem: number === null ? msg('overview-change-address-without-number') : null };
  }
  return { input, number: null, problem: problemOf(input) };
}

/** The changes, where each repetition of an earlier one has a problem. */
export function withDuplicates(changes: readonly ChangeInput[]): ChangeInput[] {
  const seen = new Set<string>();
  return changes.map((change) => {
    if (change.number === null || change.problem !== null) return change;
    if (seen.has(change.number))
      return { ...change, problem: msg('overview-change-duplicate', change.number) };
    seen.add(change.number);
    return change;
  });
}

/** `…/c/project/+/123/4`, `…/+/123`, `…/c/123`, `…/#/c/123/`, `…/r/123`: the change number, or null. */
function numberInUrl(input: string): string | null {
  if (!URL.canParse(input)) return null;
  const url = new URL(input);
  const path = `${url.pathname}/${url.hash.replace(/^#/, '')}`.replaceAll(/\/+/g, '/');
  const found =
    /\/\+\/([0-9]+)(?:\/|$)/.exec(path) ??
    /\/c\/([0-9]+)(?:\/|$)/.exec(path) ??
    /^\/(?:r\/)?([0-9]+)\/?$/.exec(path);
  const number = found?.[1] ?? '';
  return changeNumber.test(number) ? number : null;
}

function problemOf(input: string): string {
  if (/^[0-9]+$/.test(input))
    return input.startsWith('0') ? msg('overview-change-leading-zero') : msg('overview-change-too-long');
  if (/^I[0-9a-f]{6,40}$/i.test(input)) return msg('overview-change-change-id');
  return msg('overview-change-not-a-number');
}
