// Owns how much work a regular expression can be at most. Pure. Owns no search: the server judges patterns in its own way, and can break one off; a page cannot.

/** Steps that marking matches in one line may take: some ten milliseconds, in the worst of cases. */
const mostSteps = 2e7;

/**
 * The longest line, in UTF-16 units, that an expression is sure to be done with in {@link mostSteps}; 0: that cannot be told.
 *
 * A thing repeated without bound can match at most as many ways as the line is long, and so many steps are taken from each of its places;
 * options and alternatives multiply. What repeats something that has choices itself can take for ever, and so can a back reference.
 * @param pattern one that compiles with the flag `v` or `u`
 */
export function longestSafeLine(pattern: string): number {
  // Groups that are open, with the number of their alternatives, and whether there is a choice in them.
  const groups = [{ alternatives: 1, chooses: false }];
  let unbounded = 0;
  let choices = 1;
  let closed: (typeof groups)[number] | null = null;
  for (let at = 0; at < pattern.length; ) {
    const group = groups.at(-1);
    if (group === undefined) return 0;
    const rest = pattern.slice(at);
    const quantifier = quantified.exec(rest);
    if (quantifier !== null) {
      if (closed?.chooses) return 0;
      const most = mostRepeats(quantifier);
      if (most === Number.POSITIVE_INFINITY) unbounded++;
      else choices *= most + 1;
      group.chooses = true;
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
      groups.push({ alternatives: 1, chooses: false });
      at += opening.exec(rest)?.[0].length ?? 1;
    } else if (rest.startsWith(')')) {
      closed = groups.pop() ?? null;
      choices *= closed?.alternatives ?? 1;
      const around = groups.at(-1);
      if (around !== undefined && closed?.chooses) around.chooses = true;
      at++;
    } else {
      if (rest.startsWith('|')) {
        group.alternatives++;
        group.chooses = true;
      }
      at++;
    }
  }
  choices *= groups[0]?.alternatives ?? 1;
  return Math.floor((mostSteps / choices) ** (1 / (unbounded + 1)));
}

const quantified = /^(?:[*+?]|\{(\d+)(,)?(\d+)?\})\??/;
const opening = /^\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/;
/** An escape, or a character that stands for itself. */
const atom = /^(?:\\[pPu]\{[^}]*\}|\\k<[^>]*>|\\.|[^\\[\](){}|*+?])/s;

function mostRepeats([whole, least, comma, most]: RegExpExecArray): number {
  if (whole.startsWith('?')) return 1;
  if (least === undefined) return Number.POSITIVE_INFINITY;
  if (comma === undefined) return Number(least);
  return most === undefined ? Number.POSITIVE_INFINITY : Number(most);
}

/** How long the class is that a text begins with, classes within it included; 0: it holds texts of several characters, or is not understood. */
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
