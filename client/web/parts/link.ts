// Owns where addresses, task ids and change ids stand in plain text, and where they lead. Owns no markup.
import { safeAddress } from '../log/ansi.ts';

/** A piece of text; `link` is the address it leads to, or null. */
export interface Piece {
  readonly text: string;
  readonly link: string | null;
}

// One pass; the alternatives begin differently.
const linked =
  /\bhttps?:\/\/[^\s<>"'`{}|\\^‹›]+|(?<![\w/.-])T[1-9][0-9]{1,6}(?![\w-])|(?<![\w/])I[0-9a-f]{40}(?!\w)/gi;
const tasks = 'https://phabricator.wikimedia.org/';

/**
 * Splits text into what leads somewhere and what stands between; joined again, the pieces are the text. Linear time.
 * Task ids (`T123`) lead to Phabricator, change ids (`I` and 40 hexadecimal digits) to a search in Gerrit.
 * @param gerritUrl where Gerrit is; null: change ids lead nowhere
 */
export function splitLinks(text: string, gerritUrl: string | null = null): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(linked)) {
    const [whole] = match;
    const found = /^http/i.test(whole) ? withoutTail(whole) : whole;
    const link = linkOf(found, gerritUrl);
    if (link === null) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), link: null });
    pieces.push({ text: found, link });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), link: null });
  return pieces;
}

function linkOf(found: string, gerritUrl: string | null): string | null {
  if (found.startsWith('T')) return tasks + found;
  if (found.startsWith('I')) {
    return gerritUrl === null ? null : safeAddress(`${gerritUrl.replace(/\/+$/, '')}/q/${found}`);
  }
  // `t123` and `i…` are none, and no address either.
  return safeAddress(found);
}

/** Punctuation that ends the sentence and not the address; a closing bracket stays when it was opened inside. */
function withoutTail(found: string): string {
  let end = found.length;
  let open = 0;
  for (const character of found) {
    if (character === '(') open++;
    else if (character === ')') open--;
  }
  while (end > 0) {
    const last = found[end - 1] ?? '';
    if (last === ')' && open < 0) open++;
    else if (!/[.,;:!?\]*]/.test(last)) break;
    end--;
  }
  return found.slice(0, end);
}
