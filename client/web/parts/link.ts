// Owns the links in plain text: URLs, task ids and change ids. Owns no markup.
import { safeAddress } from '../log/ansi.ts';

/** A piece of text. */
export interface Piece {
  readonly text: string;
  /** The URL it links to, or null. */
  readonly link: string | null;
}

// The alternatives start with different characters, so that matching takes linear time.
const linked =
  /\bhttps?:\/\/[^\s<>"'`{}|\\^‹›]+|(?<![\w/.-])T[1-9][0-9]{1,6}(?![\w-])|(?<![\w/])I[0-9a-f]{40}(?!\w)/gi;
const tasks = 'https://phabricator.wikimedia.org/';

/**
 * Splits text into links and the text between them. Joined, the pieces are the text again. Takes linear time.
 * Task ids (`T123`) link to Phabricator, change ids (`I` and 40 hexadecimal digits) to a search in Gerrit.
 * @param gerritUrl the base URL of Gerrit; null: change ids are not linked
 */
export function splitLinks(text: string, gerritUrl: string | null = null): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(linked)) {
    const [whole] = match;
    const found = /^http/i.test(whole) ? withoutTrailingPunctuation(whole) : whole;
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
  // The pattern ignores case, so `t123` and `i…` get here. They are not ids, and `safeAddress` rejects them.
  return safeAddress(found);
}

/** Removes punctuation that belongs to the sentence. A closing bracket stays if it was opened inside the URL. */
function withoutTrailingPunctuation(found: string): string {
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
