// Owns which parsed documents are kept, so that a document that is sent again is not parsed and validated again. Not the limits of one document (limit.ts).
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * The total length of the kept documents, in UTF-16 units. A parsed document needs 45 to 150 bytes for each, more than half of them for its tokens
 * and comments. The documents of the web client and of the terminal client have 33,000 together.
 */
const maxTotalLength = 250_000;
/** A longer document is not kept, so that a few of them cannot displace all others. */
const maxLength = 25_000;

/** Valid documents by their text: the most recently used ones, up to a total length. */
export class DocumentCache {
  readonly #documents = new Map<string, DocumentNode>();
  #length = 0;

  /** The total length of the kept documents, in UTF-16 units. */
  get length(): number {
    return this.#length;
  }

  /** The kept document with this text, which is the most recently used one from now on. */
  get(text: string): DocumentNode | undefined {
    const document = this.#documents.get(text);
    if (document) {
      this.#documents.delete(text);
      this.#documents.set(text, document);
    }
    return document;
  }

  has(document: DocumentNode): boolean {
    return this.#documents.get(textOf(document)) === document;
  }

  add(document: DocumentNode): void {
    const text = textOf(document);
    if (text.length > maxLength || this.#documents.has(text)) return;
    this.#documents.set(text, document);
    this.#length += text.length;
    for (const oldest of this.#documents.keys()) {
      if (this.#length <= maxTotalLength) break;
      this.#documents.delete(oldest);
      this.#length -= oldest.length;
    }
  }
}

const textOf = ({ loc }: DocumentNode): string => loc?.source.body ?? '';

/**
 * Keeps documents that were valid. Yoga's own cache keeps 1,024 documents and 1,024 errors of any length, also of invalid documents: gigabytes, if
 * a client sends long ones.
 */
export function keepingDocuments(documents = new DocumentCache()): Plugin {
  return {
    onParse({ params, setParsedDocument }) {
      const document = documents.get(String(params.source));
      if (document) setParsedDocument(document);
    },
    onValidate({ params: { documentAST }, setResult }) {
      if (!documents.has(documentAST)) {
        return ({ valid }) => {
          if (valid) documents.add(documentAST);
        };
      }
      setResult([]);
      return undefined;
    },
  };
}
