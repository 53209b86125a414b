// Owns where the browser stores the page key. Not when it changes (session.ts).
import { basePath } from '../base-path.ts';
import { readStored } from '../state/browser-storage.ts';

/** With the base path: another SpiderPig at the same host has another key. GraphiQL reads it too (server/graphql/graphiql.ts). */
export const storageKey = `spiderpig.pageKey${basePath()}`;

/** The page key that this browser has; null if it has none. */
export const storedKey = (): string | null => readStored(storageKey);
