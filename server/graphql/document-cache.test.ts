// Tests which parsed documents are kept.
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DocumentCache } from './document-cache.ts';

/** A document of this length whose text differs by its name. */
const documentOf = (name: string, length: number) => parse(`query ${name} { a }`.padEnd(length));

describe('the cache of documents', () => {
  it('the document cache returns the document that was parsed from a text', () => {
    const documents = new DocumentCache();
    const document = documentOf('first', 20);
    documents.add(document);
    expect(documents.get('query first { a }   ')).toBe(document);
    expect(documents.get('query first { a }')).toBeUndefined();
    expect([documents.has(document), documents.has(documentOf('first', 20))]).toEqual([true, false]);
  });

  it('a document that is added twice counts once in the document cache', () => {
    const documents = new DocumentCache();
    for (let i = 0; i < 2; i++) documents.add(documentOf('same', 1_000));
    expect(documents.length).toBe(1_000);
  });

  it('the document cache does not keep a document that is longer than 25,000 characters', () => {
    const documents = new DocumentCache();
    const [longest, longer] = [documentOf('a', 25_000), documentOf('b', 25_001)];
    documents.add(longest);
    documents.add(longer);
    expect([documents.has(longest), documents.has(longer)]).toEqual([true, false]);
  });

  it('the document cache keeps at most 250,000 characters, of the documents that were used most recently', () => {
    const documents = new DocumentCache();
    const all = Array.from({ length: 12 }, (_, index) => documentOf(`n${index}`, 25_000));
    for (const document of all) {
      documents.add(document);
      documents.get('query n0 { a }'.padEnd(25_000));
    }
    expect(documents.length).toBe(250_000);
    expect(all.map((document) => documents.has(document))).toEqual([
      true,
      false,
      false,
      ...Array.from({ length: 9 }, () => true),
    ]);
  });
});
