// Owns where http(s) addresses stand in plain text. Owns no markup.
import { safeAddress } from './ansi.ts';

/** A piece of text; `link` is the address it leads to, or null. */
export interface Piece {
  readonly text: string;
  readonly link: string | null;
}

const address = /\bhttps?:\/\/[^\s<>"'`{}|\\^‹›]+/gi;

/** Splits text into addresses and what stands between them; joined again, the pieces are the text. Linear time. */
export function splitLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const found = withoutTail(match[0]);
    const link = safeAddress(found);
    if (link === null) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), link: null });
    pieces.push({ text: found, link });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), link: null });
  return pieces;
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
