// Owns which GraphQL documents a client may execute: the web client only those it was built with, by id; tools and GraphiQL any. Not the size of documents (limit.ts).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Credentials, Identity } from '../sign-in/identity.ts';
import type { OperationOrigin } from './operation.ts';

/** The documents of the web client of this version, by id: `sha256:` and the hexadecimal hash of the text. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** The id of a document, as in `documentId` of a request (GraphQL over HTTP, “Persisted Documents”). Pure. */
export const documentIdOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Reads the manifest that codegen wrote. Throws unless each id is the hash of its document. */
export function readTrustedDocuments(file: string): TrustedDocuments {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const documents = new Map<string, string>();
  for (const [id, text] of Object.entries(manifest ?? {})) {
    if (typeof text !== 'string' || documentIdOf(text) !== id)
      throw new Error(`${file}: ${id} is not the hash of its document; run \`npm run codegen\``);
    documents.set(id, text);
  }
  return documents;
}

/** The part of a request that names its document, over any transport. */
export interface DocumentRequest {
  readonly query?: unknown;
  readonly documentId?: unknown;
}

const refusal = (message: string, code: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });

/**
 * The text of the document to execute; `null` for a malformed request, which the transport refuses. `anyDocument`: whether the client may send a
 * document instead of an id. Throws PERSISTED_QUERY_NOT_FOUND for an unknown id, PERSISTED_QUERY_REQUIRED for a document that is not allowed. Pure.
 */
export function documentOf(
  { query, documentId }: DocumentRequest,
  documents: TrustedDocuments,
  anyDocument: boolean,
): string | null {
  if (documentId != null) {
    if (query != null && query !== '')
      throw refusal('Send “documentId” or “query”, not both.', 'BAD_REQUEST');
    const text = typeof documentId === 'string' ? documents.get(documentId) : undefined;
    if (text !== undefined) return text;
    throw refusal(
      'This page is from another version of SpiderPig: reload the page. (Tools send their document as “query”.)',
      'PERSISTED_QUERY_NOT_FOUND',
    );
  }
  if (typeof query !== 'string') return null;
  if (anyDocument) return query;
  throw refusal(
    'The web client may only send its own documents: reload the page. (Tools need a token. To try queries, use GraphiQL.)',
    'PERSISTED_QUERY_REQUIRED',
  );
}

/** The header in which GraphiQL sends its key: see {@link graphiqlKey}. */
export const graphiqlHeader = 'x-spiderpig-graphiql';

/**
 * The key of GraphiQL for this session. It is derived from the secret of the cookie, which no script can read, so only the GraphiQL page itself
 * knows it. Null for a token, which does not need it.
 */
export function graphiqlKey(credentials: Credentials): string | null {
  if (credentials.by !== 'session') return null;
  return createHmac('sha256', credentials.secret).update('graphiql').digest('base64url');
}

/** Whether a client may send any document: with a token, or from GraphiQL. `key`: the value of {@link graphiqlHeader}. */
function maySendAnyDocument({ token, credentials }: Identity, key: string | null): boolean {
  if (token !== null) return true;
  const expected = graphiqlKey(credentials);
  if (key === null || expected === null || key.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(key), Buffer.from(expected));
}

/** Replaces the id in a request by its document. Over WebSockets, live/socket-protocol.ts does this. */
export const trusting = (documents: TrustedDocuments): Plugin<object, OperationOrigin> => ({
  onParams({ params, setParams, request, context }) {
    const { documentId, ...others }: DocumentRequest & typeof params = params;
    const anyDocument = maySendAnyDocument(context.identity, request.headers.get(graphiqlHeader));
    const query = documentOf({ query: others.query, documentId }, documents, anyDocument);
    if (query !== null) setParams({ ...others, query });
  },
});
