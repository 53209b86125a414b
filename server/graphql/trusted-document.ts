// Owns which GraphQL documents a caller may execute: a page those it was built with, named by their hash; tools and GraphiQL any. Not whether a document is too large (limit.ts), not who may what.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Credentials, Identity } from '../sign-in/identity.ts';
import type { OperationOrigin } from './graphql.ts';

/** The documents of the page that this server came with, by id: `sha256:` and the hash of the text, hexadecimal. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** The id of a document, as in the `documentId` of a request (GraphQL over HTTP, “Persisted Documents”). Pure. */
export const documentIdOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Reads the manifest that codegen wrote. Throws where it is none: what stands under an id must have that hash. */
export function readTrustedDocuments(file: string): TrustedDocuments {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const documents = new Map<string, string>();
  for (const [id, text] of Object.entries(manifest ?? {})) {
    if (typeof text !== 'string' || documentIdOf(text) !== id)
      throw new Error(`${file}: ${id} is not the id of what stands there; run \`npm run codegen\``);
    documents.set(id, text);
  }
  return documents;
}

/** What a request says of its document, over any transport. */
export interface DocumentWish {
  readonly query?: unknown;
  readonly documentId?: unknown;
}

const refusal = (message: string, code: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });

/**
 * The text of the document that is to be executed; `null` for one that is malformed in a way the transport itself refuses.
 * Throws PERSISTED_QUERY_NOT_FOUND for an id that is not known, PERSISTED_QUERY_REQUIRED for a free document where only ids are taken. Pure.
 */
export function documentOf(wish: DocumentWish, documents: TrustedDocuments, free: boolean): string | null {
  const { query, documentId } = wish;
  if (documentId != null) {
    if (query != null && query !== '')
      throw refusal('Send “documentId” or “query”, not both.', 'BAD_REQUEST');
    const text = typeof documentId === 'string' ? documents.get(documentId) : undefined;
    if (text !== undefined) return text;
    throw refusal(
      'SpiderPig has another version than this page: reload the page. (A tool sends its document as “query”.)',
      'PERSISTED_QUERY_NOT_FOUND',
    );
  }
  if (typeof query !== 'string') return null;
  if (free) return query;
  throw refusal(
    'A page sends only what it was built with: reload the page. (A tool needs a token; people who want to try things use GraphiQL.)',
    'PERSISTED_QUERY_REQUIRED',
  );
}

/** The header by which our GraphiQL page shows that it is that: see {@link graphiqlKey}. */
export const graphiqlHeader = 'x-spiderpig-graphiql';

/**
 * What the GraphiQL page of this session is given to send. It is made of the cookie's secret, which no script can read: only whoever was sent that
 * page, as a document, knows it. Null for a token, which needs none.
 */
export function graphiqlKey(credentials: Credentials): string | null {
  if (credentials.by !== 'session') return null;
  return createHmac('sha256', credentials.secret).update('graphiql').digest('base64url');
}

/** Whether somebody may send documents of their own: with a token, or from GraphiQL. `key`: what they sent in {@link graphiqlHeader}. */
export function mayBeFree({ token, credentials }: Identity, key: string | null): boolean {
  if (token !== null) return true;
  const expected = graphiqlKey(credentials);
  if (key === null || expected === null || key.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(key), Buffer.from(expected));
}

/** Puts the text in the place of an id, for requests and event streams. Sockets ask `documentOf` themselves. */
export const trusting = (documents: TrustedDocuments): Plugin<object, OperationOrigin> => ({
  onParams({ params, setParams, request, context }) {
    const { documentId, ...others }: DocumentWish & typeof params = params;
    const free = mayBeFree(context.identity, request.headers.get(graphiqlHeader));
    const query = documentOf({ query: others.query, documentId }, documents, free);
    if (query !== null) setParams({ ...others, query });
  },
});
