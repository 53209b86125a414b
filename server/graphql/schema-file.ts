// Owns the downloads of the schema, for tools that generate code from it: `/schema.graphql` and `/schema.json`. With `remove_deprecated=true` without what is deprecated.
import { type GraphQLSchema, introspectionFromSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { Exchange } from '../http/exchange.ts';
import { send } from '../http/response.ts';
import { schemaOf } from './engine-choice.ts';

interface SchemaFiles {
  readonly text: string;
  readonly json: string;
}

/** Made once for each schema, because printing takes longer than an operation may block the server. */
const made = new WeakMap<GraphQLSchema, SchemaFiles>();

/** The files of the schema that a request selects, sorted, so that two versions can be compared. */
function filesFor({ query }: Exchange): SchemaFiles {
  const schema = schemaOf(query);
  const known = made.get(schema);
  if (known) return known;
  const sorted = lexicographicSortSchema(schema);
  const files = {
    text: `${printSchema(sorted)}\n`,
    json: JSON.stringify({ data: introspectionFromSchema(sorted) }),
  };
  made.set(schema, files);
  return files;
}

/** Sends the schema in the schema definition language. */
export function sendSchemaText(exchange: Exchange): void {
  sendFile(exchange, filesFor(exchange).text, 'application/graphql; charset=utf-8');
}

/** Sends the schema as the result of an introspection query. */
export function sendSchemaJson(exchange: Exchange): void {
  sendFile(exchange, filesFor(exchange).json, 'application/json; charset=utf-8');
}

const sendFile = ({ response }: Exchange, body: string, type: string): void =>
  send(response, 200, body, { 'content-type': type, 'cache-control': 'no-store' });
