// Owns how typed text becomes change numbers, and what is said of a wrong one. The server is the judge; this is only quicker.
import { msg } from '../i18n/msg.ts';

/** A change as it was typed; `number` is null when none was found in it, and `problem` then says why. */
export interface ChangeInput {
  /** What is sent to the server: the text as typed, without spaces around it. */
  readonly input: string;
  readonly number: string | null;
  readonly problem: string | null;
}

const changeNumber = /^[1-9][0-9]{0,9}$/;

/** Splits what was typed or pasted at spaces and commas; empty pieces are left out. */
export function splitInput(typed: string): string[] {
  return typed.split(/[\s,;]+/u).filter((piece) => piece !== '');
}

/** Reads one piece: a number, or the address of a change in Gerrit. */
export function readChange(input: string): ChangeInput {
  if (changeNumber.test(input)) return { input, number: input, problem: null };
  if (/^https?:\/\//i.test(input)) {
    const number = numberInAddress(input);
    return { input, number, problem: number === null ? msg('overview-change-address-without-number') : null };
  }
  return { input, number: null, problem: problemOf(input) };
}

/** The list with every second mention of a change marked. */
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

/** `…/c/project/+/123/4`, `…/+/123`, `…/c/123`, `…/#/c/123/`, `…/r/123`: the change's number, else null. */
function numberInAddress(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
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
