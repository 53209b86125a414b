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
  const cost = new PatternCost();
  for (let at = 0; at < pattern.length; ) {
    const length = cost.read(pattern.slice(at));
    if (length === 0) return 0;
    at += length;
  }
  return Math.floor((maxSteps / cost.choices) ** (1 / (cost.unbounded + 1)));
}

interface Group {
  /** How many alternatives it has so far. */
  alternatives: number;
  /** Whether it contains a quantifier or alternatives. */
  hasChoice: boolean;
}

/** The cost of the part of a pattern read so far. */
class PatternCost {
  /** How many quantifiers have no upper limit. */
  unbounded = 0;
  /** The product of the choices of closed groups and limited quantifiers. */
  #choices = 1;
  /** The open groups; the first one is the whole pattern. */
  readonly #groups: Group[] = [{ alternatives: 1, hasChoice: false }];
  /** The group that was closed last, if nothing follows it yet. */
  #closed: Group | null = null;

  get choices(): number {
    return this.#choices * (this.#groups[0]?.alternatives ?? 1);
  }

  /** Reads one element at the start of `rest`. Returns its length; 0: the cost is unknown. */
  read(rest: string): number {
    const group = this.#groups.at(-1);
    if (group === undefined) return 0;
    const quantifier = quantified.exec(rest);
    if (quantifier !== null) return this.#quantify(group, quantifier);
    this.#closed = null;
    const skipped = atom.exec(rest)?.[0];
    // A back reference, or strings in a character class.
    if (skipped !== undefined) return /^\\[1-9kq]/.test(skipped) ? 0 : skipped.length;
    if (rest.startsWith('[')) return classLength(rest);
    if (rest.startsWith('(')) {
      this.#groups.push({ alternatives: 1, hasChoice: false });
      return opening.exec(rest)?.[0].length ?? 1;
    }
    if (rest.startsWith(')')) this.#closeGroup();
    else if (rest.startsWith('|')) {
      group.alternatives++;
      group.hasChoice = true;
    }
    return 1;
  }

  #quantify(group: Group, quantifier: RegExpExecArray): number {
    if (this.#closed?.hasChoice) return 0;
    this.#closed = null;
    const max = maxRepeats(quantifier);
    if (max === Number.POSITIVE_INFINITY) this.unbounded++;
    else this.#choices *= max + 1;
    group.hasChoice = true;
    return quantifier[0].length;
  }

  #closeGroup(): void {
    const closed = this.#groups.pop() ?? null;
    this.#closed = closed;
    this.#choices *= closed?.alternatives ?? 1;
    const enclosing = this.#groups.at(-1);
    if (enclosing !== undefined && closed?.hasChoice) enclosing.hasChoice = true;
  }
}

const quantified = /^(?:[*+?]|\{(\d+)(,)?(\d+)?\})\??/;
const opening = /^\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/;
/** An escape sequence or a literal character. */
const atom = /^(?:\\[pPu]\{[^}]*\}|\\k<[^>]*>|\\.|[^\\[\](){}|*+?])/s;

function maxRepeats([whole, min, comma, max]: RegExpExecArray): number {
  if (whole.startsWith('?')) return 1;
  if (min === undefined) return Number.POSITIVE_INFINITY;
  if (comma === undefined) return Number(min);
  return max === undefined ? Number.POSITIVE_INFINITY : Number(max);
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
