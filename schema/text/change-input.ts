// Owns how a person names a Gerrit change: by number or by URL. Pure. The page and the server share it, so that they always agree.

/** Why an input names no change. `other-host`: a URL of another server; `no-number`: a URL of Gerrit that is not one of a change. */
export type ChangeInputProblem =
  | 'empty'
  | 'leading-zero'
  | 'too-long'
  | 'change-id'
  | 'other-host'
  | 'no-number'
  | 'not-a-number';

/** An input, understood. */
export type NamedChange =
  | { readonly number: string; readonly problem: null }
  | { readonly number: null; readonly problem: ChangeInputProblem };

/** The longest input that is looked at, in UTF-16 units. Gerrit's longest URLs of changes have some hundred. */
const longestInput = 2_000;
/** A change number, the only user input that becomes an argument of scap: no sign, no option, no white space, ASCII digits only. */
export const changeNumber = /^[1-9][0-9]{0,9}$/;
/** Gerrit's own notation for a change and one of its patch sets. */
const withPatchSet = /^([1-9][0-9]{3,9}),[0-9]{1,3}$/;

const named = (number: string): NamedChange =>
  changeNumber.test(number) ? { number, problem: null } : { number: null, problem: 'no-number' };
const problem = (why: ChangeInputProblem): NamedChange => ({ number: null, problem: why });

/**
 * Reads one input: a number, `NUMBER,PATCHSET`, or the URL of a change. Of a URL everything after the number is ignored: patch sets,
 * files, comments.
 * @param gerritUrl the base URL of Gerrit, for example `https://gerrit.example.org/r/`. URLs of other servers and paths are refused.
 *   Null where no Gerrit is configured or known yet: then the server of a URL is not checked.
 */
export function readChangeInput(input: string, gerritUrl: string | null): NamedChange {
  if (input.length > longestInput) return problem('not-a-number');
  // Spaces are copied with a number. A line break inside an input is never a slip.
  const text = input.replaceAll(/^ +| +$/g, '');
  if (text.trim() === '') return problem('empty');
  if (changeNumber.test(text)) return named(text);
  const patchSet = withPatchSet.exec(text);
  if (patchSet?.[1] !== undefined) return named(patchSet[1]);
  if (/^0[0-9]*$/.test(text)) return problem('leading-zero');
  if (/^[0-9]+$/.test(text)) return problem('too-long');
  if (/^I[0-9a-f]{6,40}$/i.test(text)) return problem('change-id');
  const url = readUrl(text, gerritUrl);
  return url === null ? problem('not-a-number') : numberInUrl(url, gerritUrl);
}

/** The URL in an input, or null. Without `https://`, it is taken for one only if it begins with Gerrit's host. */
function readUrl(text: string, gerritUrl: string | null): URL | null {
  if (/[\s\p{Cc}]/u.test(text)) return null;
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? new URL(text) : null;
  const host = gerritUrl !== null && URL.canParse(gerritUrl) ? new URL(gerritUrl).host : null;
  const whole = `https://${text}`;
  return host !== null && text.startsWith(`${host}/`) && URL.canParse(whole) ? new URL(whole) : null;
}

function numberInUrl(url: URL, gerritUrl: string | null): NamedChange {
  let path = url.pathname.replaceAll(/%2B/gi, '+').replaceAll(/\/{2,}/g, '/');
  if (gerritUrl !== null && URL.canParse(gerritUrl)) {
    const gerrit = new URL(gerritUrl);
    const base = gerrit.pathname.replace(/\/*$/, '/');
    if (url.host !== gerrit.host || !`${path}/`.startsWith(base)) return problem('other-host');
    path = `/${path.slice(base.length)}`;
  } else {
    path = path.replace(/^\/r(?=\/)/, '');
  }
  // Links of Gerrit before version 2.15 have their path behind `#`.
  if (url.hash.startsWith('#/') && path === '/') path = url.hash.slice(1).replaceAll(/\/{2,}/g, '/');
  const number =
    /^\/(?:c\/)?(?:[^/]+\/)+?\+\/([0-9]+)(?:\/|$)/.exec(path)?.[1] ??
    /^\/(?:c\/)?([0-9]+)(?:\/|$)/.exec(path)?.[1] ??
    '';
  return named(number);
}

/**
 * Splits typed or pasted text into inputs, at white space, commas and semicolons. `1102340,3` stays whole: it is Gerrit's notation for
 * patch set 3 of change 1102340, and must not name change 3.
 */
export function splitChangeInputs(text: string): string[] {
  const inputs: string[] = [];
  for (const piece of text.split(/[\s;]+/u)) {
    const parts = piece.split(',').filter((part) => part !== '');
    for (let index = 0; index < parts.length; index++) {
      const pair = `${parts[index]},${parts[index + 1]}`;
      if (withPatchSet.test(pair) && piece.includes(pair)) {
        inputs.push(pair);
        index++;
      } else inputs.push(parts[index] ?? '');
    }
  }
  return inputs;
}

/**
 * Splits text while it is typed: the inputs that are complete, and the rest, which may still grow. After a comma, a short number may be a
 * patch set or the beginning of another change.
 */
export function splitWhileTyping(text: string): { complete: string[]; rest: string } {
  const inputs = splitChangeInputs(text);
  if (/[\s;]$/u.test(text)) return { complete: inputs, rest: '' };
  const last = inputs.at(-1) ?? '';
  const afterNumber = /(?:^|[\s;,])([1-9][0-9]{3,9},[0-9]{0,3})$/u.exec(text);
  if (afterNumber?.[1] !== undefined) {
    const rest = afterNumber[1];
    return { complete: splitChangeInputs(text.slice(0, text.length - rest.length)), rest };
  }
  if (text.endsWith(',')) return { complete: inputs, rest: '' };
  return { complete: inputs.slice(0, -1), rest: last };
}
