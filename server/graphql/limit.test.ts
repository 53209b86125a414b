import { getIntrospectionQuery, isObjectType, parse } from 'graphql';
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
    expect(cost('{ jobs(first: 100) { nodes { interactions { job { stops(first: 20) { id } } } } } }')).toBe(
      1 + 1 + 100 * (1 + 100 * (1 + 1 + 20)),
    );
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

describe('lists', () => {
  test('G6 every list has `first` or a documented maximum', () => {
    const unbounded: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('__')) continue;
      for (const field of Object.values(type.getFields())) {
        const isList = String(field.type).startsWith('[');
        // The length of a page of a connection is the `first` of the field that returns it.
        if (!isList || type.name.endsWith('Connection') || field.args.some(({ name }) => name === 'first'))
          continue;
        if (!/at most [\d,]+|1 to [\d,]+/i.test(field.description ?? ''))
          unbounded.push(`${type.name}.${field.name}`);
      }
    }
    expect(unbounded).toEqual([]);
  });
});

describe('the size limits of a document', () => {
  test('G3 the server refuses a document that is too deep even at low cost', () => {
    const deep = (times: number): string =>
      `{ job(id: 1) ${'{ pendingInteraction { job '.repeat(times)}{ id }${' } }'.repeat(times)} }`;
    expect(
      limitErrors(schema, parse(deep(6)))
        .map(({ message }) => message)
        .join(),
    ).toContain('fields deep');
  });

  test('G6 a back edge may be followed once, also through fragments', () => {
    expect(refusal('{ job(id: 1) { interactions { job { id } } } }')).toBe('');
    expect(refusal('{ job(id: 1) { interactions { id job { interactions { id } } } } }')).toBe('');
    const twice = 'the type Job 3 times inside of itself';
    expect(refusal('{ job(id: 1) { interactions { job { interactions { job { id } } } } } }')).toContain(
      twice,
    );
    expect(
      refusal(
        'query { job(id: 1) { ...q } } fragment q on Job { interactions { ... on Interaction { job { ...r } } } } fragment r on Job { pendingInteraction { job { id } } }',
      ),
    ).toContain(twice);
    expect(
      refusal(
        'subscription { jobUpdates(id: 1) { interactions { job { pendingInteraction { job { id } } } } } }',
      ),
    ).toContain(twice);
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
  ])('G3 the server refuses a document %s', (_name, text, message) => {
    expect(refusal(text)).toContain(message);
  });

  test('G3 the server refuses a document that is too long before parsing it', () => {
    const parsed: string[] = [];
    const take = (text: string) => parseLimited(text, (source) => parsed.push(source));
    take(' '.repeat(maxDocumentLength));
    expect(() => take(' '.repeat(maxDocumentLength + 1))).toThrow('too long');
    expect(parsed).toHaveLength(1);
  });

  test('a syntax error has its code on every transport', () => {
    const code = expect.objectContaining({ code: 'GRAPHQL_PARSE_FAILED' });
    expect(() => parseLimited('{', (source) => parse(source))).toThrow(
      expect.objectContaining({ extensions: code }),
    );
  });

  test('G3 the server refuses a document with too deep nesting or too many tokens', () => {
    const parseIt = (text: string) => parseLimited(text, (source, maxTokens) => parse(source, { maxTokens }));
    const exhausting = (text: string) => parseLimited(text, (source) => parse(source));
    expect(() => exhausting('{a'.repeat(30_000))).toThrow('nested too deeply');
    expect(() => exhausting(`{ a(b: ${'['.repeat(60_000)}) }`)).toThrow('nested too deeply');
    expect(() => parseIt('{a'.repeat(30_000))).toThrow();
    expect(() => parseIt(`{ ${'a '.repeat(maxTokens)} }`)).toThrow(`${maxTokens} tokens`);
  });
});
