import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../schema/graphql/schema.ts';
import { realDocuments } from '../../tests/support/test-server.ts';
import { limitErrors, maxDocumentLength, maxTokens, parseLimited } from './limit.ts';

const refusal = (text: string): string => limitErrors(schema, parse(text))[0]?.message ?? '';

describe('the cost of an operation', () => {
  const cost = (text: string): number => Number(/can have (\S+) fields/.exec(refusal(text))?.[1] ?? 0);

  test('G3 the cost grows with `first`, and nested lists multiply it', () => {
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

  test('the cost uses the maximum of a `first` in a variable, and the default of a missing one', () => {
    const log = (first: string) =>
      `query ($n: Int) { jobs(first: 30) { nodes { log${first} { lines { text } } } } }`;
    expect(cost(log('(first: $n)'))).toBe(2 + 30 * (2 + 5_000));
    expect(refusal(log(''))).toBe('');
    expect(cost(log('(first: 5000)').replace('first: 30', 'first: $n'))).toBe(2 + 100 * (2 + 5_000));
  });

  test('the cost is the same with fragments', () => {
    expect(
      cost(
        '{ jobs(first: 1000000) { ...a } } fragment a on JobConnection { ... on JobConnection { nodes { id } } }',
      ),
    ).toBe(1_000_002);
  });

  test('the operations of the web client and tools, and introspection, are within the limit', () => {
    for (const [, text] of realDocuments()) expect(refusal(text)).toBe('');
    expect(refusal(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }))).toBe('');
  });
});

describe('the size limits of a document', () => {
  test('G3 refuses a document that is too deep even at low cost', () => {
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
    ['for repeated fields', `{ ${'viewer { user { id } } '.repeat(32)} }`, 'repeats 31 fields'],
    [
      'for its fields, counting those of a fragment at each use',
      `{ job(id: 1) { ${'...f '.repeat(200)} } } fragment f on Job { id title state createdAt startedAt }`,
      'requests 1001 fields',
    ],
    [
      'for its aliases',
      `{ viewer { ${Array.from({ length: 51 }, (_, n) => `a${n}: role`).join(' ')} } }`,
      '51 aliases',
    ],
    [
      'for repeated fields in inline fragments',
      `{ viewer { ${'... { role } '.repeat(32)} } }`,
      'repeats 31 fields',
    ],
  ])('G3 refuses a document %s', (_name, text, message) => {
    expect(refusal(text)).toContain(message);
  });

  test('G3 refuses a document that is too long before parsing it', () => {
    const parsed: string[] = [];
    const take = (text: string) => parseLimited(text, (source) => parsed.push(source));
    take(' '.repeat(maxDocumentLength));
    expect(() => take(' '.repeat(maxDocumentLength + 1))).toThrow('too long');
    expect(parsed).toHaveLength(1);
  });

  test('G3 refuses a document with too deep nesting or too many tokens', () => {
    const parseIt = (text: string) => parseLimited(text, (source, maxTokens) => parse(source, { maxTokens }));
    const exhausting = (text: string) => parseLimited(text, (source) => parse(source));
    expect(() => exhausting('{a'.repeat(30_000))).toThrow('nested too deeply');
    expect(() => exhausting(`{ a(b: ${'['.repeat(60_000)}) }`)).toThrow('nested too deeply');
    expect(() => parseIt('{a'.repeat(30_000))).toThrow();
    expect(() => parseIt(`{ ${'a '.repeat(maxTokens)} }`)).toThrow(`${maxTokens} tokens`);
  });
});
