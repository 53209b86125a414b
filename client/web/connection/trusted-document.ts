// Owns how the page names its documents: by their hash, which codegen put on each. Owns no document. What the server makes of it: server/graphql/trusted-document.ts.
import type { DocumentNode } from 'graphql';

/** The id of a document that codegen wrote, as in `sha256:…`. Throws for any other: the server would refuse it. */
export function documentIdOf(document: DocumentNode): string {
  const meta: unknown = '__meta__' in document ? document.__meta__ : null;
  if (typeof meta === 'object' && meta !== null && 'hash' in meta && typeof meta.hash === 'string')
    return meta.hash;
  throw new Error('this document is none of codegen’s');
}
