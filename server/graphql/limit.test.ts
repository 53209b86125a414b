import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../schema/graphql/schema.ts';
import { realDocuments } from '../../tests/support/test-server.ts';
import { limitErrors, longestDocument, maxTokens, parseLimited } from './limit.ts';

const refusal = (text: string): string => limitErrors(schema, parse(text))[0]?.message ?? '';

describe('what an operation costs', () => {
  const cost = (text: string): number => Number(/with (\S+) fields/.exec(refusal(text))?.[1] ?? 0);

  test('G3 grows with `first`, and lists in lists multiply', () => {
    expect(refusal('{ jobs(first: 100) { nodes { id title state } } }')).toBe('');
    expect(cost('{ jobs(first: 1000000000) { nodes { id } } }')).toBe(1_000_000_002);
    expect(cost('{ jobs(first: 100) { nodes { log(first: 5000) { lines { text } } } } }')).toBe(
      1 + 1 + 100 * (1 + 1 + 5_000),
    );
    expect(cost('{ jobs(first: 100) { nodes { log(last: 5000, first: 1) { lines { text } } } } }')).toBe(
      1 + 1 + 100 * (1 + 1 + 5_000),
    );
    expect(
      cost(
        '{ jobs(first: 100) { nodes { interactions { job { interactions { job { stops { id } } } } } } } }',
      ),
    ).toBe(1 + 1 + 100 * (1 + 10 * (1 + 1 + 10 * (1 + 1 + 10))));
  });

  test('in a variable is the most that the field takes, and without `first` what it gives then', () => {
    const log = (first: string) =>
      `query ($n: Int) { jobs(first: 30) { nodes { log${first} { lines { text } } } } }`;
    expect(cost(log('(first: $n)'))).toBe(2 + 30 * (2 + 5_000));
    expect(refusal(log(''))).toBe('');
    expect(cost(log('(first: 5000)').replace('first: 30', 'first: $n'))).toBe(2 + 100 * (2 + 5_000));
  });

  test('is the same through fragments', () => {
    expect(
      cost(
        '{ jobs(first: 1000000) { ...a } } fragment a on JobConnection { ... on JobConnection { nodes { id } } }',
      ),
    ).toBe(1_000_002);
  });

  test('of what the page and the tools ask for is allowed, as is introspection', () => {
    for (const [, text] of realDocuments()) expect(refusal(text)).toBe('');
    expect(refusal(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }))).toBe('');
  });
});

describe('a document is refused', () => {
  test('G3 by its depth alone, where it costs next to nothing', () => {
    const deep = (times: number): string =>
      `{ job(id: 1) ${'{ pendingInteraction { job '.repeat(times)}{ id }${' } }'.repeat(times)} }`;
    expect(refusal(deep(4))).toBe('');
    expect(refusal(deep(6))).toContain('fields deep');
  });

  test.each([
    ['for its directives', `{ viewer { role ${'@include(if: true) '.repeat(51)} } }`, '51 directives'],
    [
      'for directives on variables',
      `query (${Array.from({ length: 51 }, (_, n) => `$v${n}: Int @x`).join(' ')}) { viewer { role } }`,
      '51 directives',
    ],
    [
      'for its fragments',
      `{ viewer { role } } ${Array.from({ length: 30 }, (_, n) => `fragment f${n} on Viewer { role }`).join(' ')}`,
      'operations and fragments',
    ],
    ['for fields that stand beside each other', `{ ${'viewer { user { id } } '.repeat(32)} }`, '31 times'],
    [
      'for its fields, those of a fragment wherever it is spread',
      `{ job(id: 1) { ${'...f '.repeat(200)} } } fragment f on Job { id title state createdAt startedAt }`,
      'asks for 1001 fields',
    ],
    [
      'for its aliases',
      `{ viewer { ${Array.from({ length: 51 }, (_, n) => `a${n}: role`).join(' ')} } }`,
      '51 aliases',
    ],
    ['for the same in inline fragments', `{ viewer { ${'... { role } '.repeat(32)} } }`, '31 times'],
  ])('G3 %s', (_name, text, message) => {
    expect(refusal(text)).toContain(message);
  });

  test('G3 for its length, before it is parsed', () => {
    const parsed: string[] = [];
    const take = (text: string) => parseLimited(text, (source) => parsed.push(source));
    take(' '.repeat(longestDocument));
    expect(() => take(' '.repeat(longestDocument + 1))).toThrow('too long');
    expect(parsed).toHaveLength(1);
  });

  test('G3 for brackets that would exhaust the parser, and for its tokens', () => {
    const parseIt = (text: string) => parseLimited(text, (source, maxTokens) => parse(source, { maxTokens }));
    const exhausting = (text: string) => parseLimited(text, (source) => parse(source));
    expect(() => exhausting('{a'.repeat(30_000))).toThrow('nested too deeply');
    expect(() => exhausting(`{ a(b: ${'['.repeat(60_000)}) }`)).toThrow('nested too deeply');
    expect(() => parseIt('{a'.repeat(30_000))).toThrow();
    expect(() => parseIt(`{ ${'a '.repeat(maxTokens)} }`)).toThrow(`${maxTokens} tokens`);
  });
});
