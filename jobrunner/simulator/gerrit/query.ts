// Owns the part of Gerrit's change query language that the simulated Gerrit supports. Pure, no HTTP.
import type { SampleChange } from '../change.ts';

/** The query is invalid. The message is Gerrit's text with status 400. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

/** A parsed query. */
export interface Query {
  readonly matches: (change: SampleChange) => boolean;
  /** From `limit:N`; undefined without one. */
  readonly limit: number | undefined;
}

type Predicate = (change: SampleChange) => boolean;

/**
 * Reads `change:N`, `N`, `I<hex>`, `commit:`, `status:`, `is:`, `project:`, `branch:`, `owner:`, `bug:`, `message:`, `subject:`,
 * `limit:`, free words of the subject, `OR`, `AND`, `NOT`, `-`, parentheses and quotes. Throws BadQuery.
 */
export function readQuery(text: string): Query {
  return new Parser(text).read();
}

/** A recursive descent: OR binds weaker than AND, which need not be written. */
class Parser {
  readonly #length: number;
  readonly #tokens: readonly string[];
  #position = 0;
  #limit: number | undefined;

  constructor(text: string) {
    this.#length = text.length;
    this.#tokens = text.match(/[()]|-?(?:[a-z]+:)?(?:"[^"]*"|[^\s()"]+)/g) ?? [];
  }

  read(): Query {
    const matches = this.#tokens.length === 0 ? () => true : this.#either();
    const extra = this.#tokens[this.#position];
    if (extra !== undefined) throw new BadQuery(`line 1:0 extraneous input '${extra}'`);
    return { matches, limit: this.#limit };
  }

  #either(): Predicate {
    const parts = [this.#all()];
    while (this.#tokens[this.#position] === 'OR') {
      this.#position++;
      parts.push(this.#all());
    }
    return (change) => parts.some((part) => part(change));
  }

  #all(): Predicate {
    const parts: Predicate[] = [];
    for (let token = this.#tokens[this.#position]; token !== undefined && token !== ')' && token !== 'OR'; ) {
      if (token === 'AND') this.#position++;
      else parts.push(this.#single());
      token = this.#tokens[this.#position];
    }
    if (parts.length === 0)
      throw new BadQuery(`line 1:${this.#length} no viable alternative at input '<EOF>'`);
    return (change) => parts.every((part) => part(change));
  }

  #single(): Predicate {
    const token = this.#tokens[this.#position++] ?? '';
    if (token === 'NOT') return not(this.#single());
    if (token === '(') {
      const inner = this.#either();
      if (this.#tokens[this.#position++] !== ')')
        throw new BadQuery(`line 1:${this.#length} missing ')' at '<EOF>'`);
      return inner;
    }
    if (token.startsWith('-') && token.length > 1) return not(this.#term(token.slice(1)));
    return this.#term(token);
  }

  #term(token: string): Predicate {
    const [, operator, quoted] = /^(?:([a-z]+):)?(.*)$/s.exec(token) ?? [];
    const value = (quoted ?? '').replace(/^"(.*)"$/s, '$1');
    if (operator === undefined) return freeWord(value);
    if (operator !== 'limit') return operatorTerm(operator, value);
    if (!/^[1-9][0-9]*$/.test(value)) throw new BadQuery(`Invalid limit: ${value}`);
    this.#limit = Math.min(this.#limit ?? Number.POSITIVE_INFINITY, Number(value));
    return () => true;
  }
}

const not =
  (inner: Predicate): Predicate =>
  (change) =>
    !inner(change);

const inSubject =
  (value: string): Predicate =>
  (change) =>
    change.subject.toLowerCase().includes(value.toLowerCase());

/** A change number, a change ID, or a word of the subject. */
function freeWord(value: string): Predicate {
  if (/^[1-9][0-9]*$/.test(value)) return (change) => change.number === Number(value);
  if (/^I[0-9a-f]{4,40}$/.test(value)) return (change) => change.changeId.startsWith(value);
  return inSubject(value);
}

function operatorTerm(operator: string, value: string): Predicate {
  const folded = value.toLowerCase();
  switch (operator) {
    case 'change':
      return (change) => String(change.number) === value || change.changeId === value;
    case 'commit':
      return (change) => change.revision === value;
    case 'status':
    case 'is':
      return status(operator, folded);
    case 'project':
    case 'repo':
      return (change) => change.project === value;
    case 'branch':
      return (change) => change.branch === value.replace(/^refs\/heads\//, '');
    case 'owner':
      return ({ owner }) =>
        String(owner.id) === value || `${owner.name} <${owner.email}>`.toLowerCase().includes(folded);
    case 'bug':
    case 'tr':
      return (change) => change.commitMessage.includes(`\nBug: ${value}\n`);
    case 'message':
      return (change) => change.commitMessage.toLowerCase().includes(folded);
    case 'subject':
      return inSubject(value);
    default:
      throw new BadQuery(`Unsupported operator ${operator}:${value}`);
  }
}

function status(operator: string, value: string): Predicate {
  switch (value) {
    case 'open':
    case 'pending':
    case 'new':
      return (change) => change.status === 'NEW';
    case 'merged':
      return (change) => change.status === 'MERGED';
    case 'abandoned':
      return (change) => change.status === 'ABANDONED';
    case 'closed':
      return (change) => change.status !== 'NEW';
    case 'wip':
      return (change) => change.workInProgress;
    case 'mergeable':
    case 'submittable':
      return (change) => change.status === 'NEW';
    default:
      throw new BadQuery(`Unsupported operator ${operator}:${value}`);
  }
}
