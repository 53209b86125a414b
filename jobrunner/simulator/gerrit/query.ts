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
 * Reads `change:N`, `N`, `I<hex>`, `status:`, `is:`, `project:`, `branch:`, `owner:`, `bug:`, `message:`, `subject:`,
 * `limit:`, free words of the subject, `OR`, `AND`, `NOT`, `-`, parentheses and quotes. Throws BadQuery.
 */
export function readQuery(text: string): Query {
  const tokens = text.match(/[()]|-?(?:[a-z]+:)?(?:"[^"]*"|[^\s()"]+)/g) ?? [];
  let position = 0;
  let limit: number | undefined;

  function either(): Predicate {
    const parts = [all()];
    while (tokens[position] === 'OR') {
      position++;
      parts.push(all());
    }
    return (change) => parts.some((part) => part(change));
  }

  function all(): Predicate {
    const parts: Predicate[] = [];
    for (let token = tokens[position]; token !== undefined && token !== ')' && token !== 'OR'; ) {
      if (token === 'AND') position++;
      else parts.push(single());
      token = tokens[position];
    }
    if (parts.length === 0)
      throw new BadQuery(`line 1:${text.length} no viable alternative at input '<EOF>'`);
    return (change) => parts.every((part) => part(change));
  }

  function single(): Predicate {
    const token = tokens[position++] ?? '';
    if (token === 'NOT') {
      const inner = single();
      return (change) => !inner(change);
    }
    if (token === '(') {
      const inner = either();
      if (tokens[position++] !== ')') throw new BadQuery(`line 1:${text.length} missing ')' at '<EOF>'`);
      return inner;
    }
    if (token.startsWith('-') && token.length > 1) {
      const inner = term(token.slice(1));
      return (change) => !inner(change);
    }
    return term(token);
  }

  function term(token: string): Predicate {
    const [, operator, quoted] = /^(?:([a-z]+):)?(.*)$/s.exec(token) ?? [];
    const value = (quoted ?? '').replace(/^"(.*)"$/s, '$1');
    const folded = value.toLowerCase();
    switch (operator) {
      case undefined:
        if (/^[1-9][0-9]*$/.test(value)) return (change) => change.number === Number(value);
        if (/^I[0-9a-f]{4,40}$/.test(value)) return (change) => change.changeId.startsWith(value);
        return (change) => change.subject.toLowerCase().includes(folded);
      case 'change':
        return (change) => String(change.number) === value || change.changeId === value;
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
        return (change) => change.subject.toLowerCase().includes(folded);
      case 'limit':
        if (!/^[1-9][0-9]*$/.test(value)) throw new BadQuery(`Invalid limit: ${value}`);
        limit = Math.min(limit ?? Number.POSITIVE_INFINITY, Number(value));
        return () => true;
      default:
        throw new BadQuery(`Unsupported operator ${operator}:${value}`);
    }
  }

  const matches = tokens.length === 0 ? () => true : either();
  if (position < tokens.length) throw new BadQuery(`line 1:0 extraneous input '${tokens[position]}'`);
  return { matches, limit };
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
