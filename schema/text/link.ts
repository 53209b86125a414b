// Owns the links in plain text: URLs, task ids and change ids. Pure. Owns no markup.

/** A piece of text. */
export interface Piece {
  readonly text: string;
  /** The URL it links to, or null. */
  readonly link: string | null;
}

/** A character of a host name and of what may follow it, without `/`. */
const ascii = String.raw`[!#-&(-.0-;=?-[\]_a-z~]`;
/** A letter or digit of any script: part of a path, and of an internationalised host name, which is never linked. */
const word = String.raw`[\p{L}\p{N}\p{M}]`;
/**
 * URLs, task ids and change ids. The alternatives start with different characters, so that matching takes linear time. A URL ends before
 * non-ASCII punctuation. One whose host name continues in another script does not match, because its link would lead to another host.
 */
const linked = new RegExp(
  [
    // `(?=(…))\1` does not give back what it has matched.
    String.raw`\b[Hh][Tt][Tt][Pp][Ss]?:\/\/(?=(${ascii}+))\1(?:\/(?:${ascii}|\/|${word})*|(?!${word}))`,
    String.raw`(?<![\w/.-])T[1-9][0-9]{1,6}(?![\w-])`,
    String.raw`(?<![\w/])I[0-9a-f]{7,40}(?!\w)`,
  ].join('|'),
  // Not the flag `i`: with it, letters of other scripts match as ASCII letters.
  'gu',
);
const tasks = 'https://phabricator.wikimedia.org/';

/**
 * Splits text into links and the text between them. Joined, the pieces are the text again. Takes linear time.
 * Task ids (`T123`) link to Phabricator, change ids (`I` and 7 to 40 hexadecimal digits) to a search in Gerrit.
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

/** The address if it is an http(s) URL that a browser accepts, otherwise null. */
export function safeAddress(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || address.length > 2048) return null;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  // `https://known.example@other.example/` leads to the other host.
  return url.username === '' && url.password === '' ? url.href : null;
}
