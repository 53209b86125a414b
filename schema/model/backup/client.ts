// Owns the connection to PostgreSQL over which rows are copied: values as PostgreSQL writes them, except for bytes and truth values.
import pg from 'pg';
import { sessionSettings } from '../store/connection.ts';

/** PostgreSQL's numbers of two types. */
const types = { boolean: 16, bytes: 17 } as const;

/** Opens a connection. Dispose it to close it, which ends an open transaction without a commit. */
export async function openCopyClient(url: string): Promise<{ readonly client: pg.Client } & AsyncDisposable> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'spiderpig backup',
    types: {
      getTypeParser: (type: number) => {
        if (type === types.bytes) return pg.types.getTypeParser(type);
        return type === types.boolean ? (value: string) => (value === 't' ? 1 : 0) : (value: string) => value;
      },
    },
  });
  // Emitted when the connection breaks; the pending query rejects anyway.
  client.on('error', () => {});
  await client.connect();
  // Also without the time limits of the role, which would end a long copy.
  await client.query(sessionSettings);
  return { client, [Symbol.asyncDispose]: () => client.end().catch(() => {}) };
}
