// Owns an upper limit for the work of a regular expression, because a page cannot interrupt one. Pure. The server has its own limits for searches.

/** Steps that highlighting one line may take: about ten milliseconds in the worst case. */
const maxSteps = 2e7;

/**
 * The longest line, in UTF-16 units, that the pattern is certain to handle within {@link maxSteps}; 0: unknown.
 *
 * From each position in the line, each unbounded quantifier can match in as many ways as the line is long; optional parts and alternatives multiply that.
 * A quantifier on a group that contains choices can take exponential time, and so can a back reference: for these the result is 0.
 * @param pattern a pattern that compiles with the flag `v` or `u`
 */
export function longestSafeLine(pattern: string): number {
  // The open groups, with the number of their alternatives, and whether they contain a choice.
  const groups = [{ alternatives: 1, hasChoice: false }];
  let unbounded = 0;
  let choices = 1;
  let closed: (typeof groups)[number] | null = null;
  for (let at = 0; at < pattern.length; ) {
    const group = groups.at(-1);
    if (group === undefined) return 0;
    const rest = pattern.slice(at);
    const quantifier = quantified.exec(rest);
    if (quantifier !== null) {
      if (closed?.hasChoice) return 0;
      const most = maxRepeats(quantifier);
      if (most === Number.POSITIVE_INFINITY) unbounded++;
      else choices *= most + 1;
      group.hasChoice = true;
      closed = null;
      at += quantifier[0].length;
      continue;
    }
    closed = null;
    const skipped = atom.exec(rest)?.[0];
    if (skipped !== undefined) {
      if (/^\\[1-9kq]/.test(skipped)) return 0;
      at += skipped.length;
    } else if (rest.startsWith('[')) {
      const length = classLength(rest);
      if (length === 0) return 0;
      at += length;
    } else if (rest.startsWith('(')) {
      groups.push({ alternatives: 1, hasChoice: false });
      at += opening.exec(rest)?.[0].length ?? 1;
    } else if (rest.startsWith(')')) {
      closed = groups.pop() ?? null;
      choices *= closed?.alternatives ?? 1;
      const around = groups.at(-1);
      if (around !== undefined && closed?.hasChoice) around.hasChoice = true;
      at++;
    } else {
      if (rest.startsWith('|')) {
        group.alternatives++;
        group.hasChoice = true;
      }
      at++;
    }
  }
  choices *= groups[0]?.alternatives ?? 1;
  return Math.floor((maxSteps / choices) ** (1 / (unbounded + 1)));
}

const quantified = /^(?:[*+?]|\{(\d+)(,)?(\d+)?\})\??/;
const opening = /^\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/;
/** An escape, or a character that stands for itself. */
const atom = /^(?:\\[pPu]\{[^}]*\}|\\k<[^>]*>|\\.|[^\\[\](){}|*+?])/s;

function maxRepeats([whole, least, comma, most]: RegExpExecArray): number {
  if (whole.startsWith('?')) return 1;
  if (least === undefined) return Number.POSITIVE_INFINITY;
  if (comma === undefined) return Number(least);
  return most === undefined ? Number.POSITIVE_INFINITY : Number(most);
}

/** The length of the character class at the start of a text, nested classes included; 0: it contains strings of several characters, or is not understood. */
function classLength(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      at++;
      if (text[at] === 'q') return 0;
    } else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) return at + 1;
  }
  return 0;
}
