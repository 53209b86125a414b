// Owns the downloads of the schema, for tools that generate code from it: `/schema.graphql` and `/schema.json`. With `remove_deprecated=true` without what is deprecated.
import { type GraphQLSchema, introspectionFromSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { Exchange } from '../exchange.ts';
import { send, sendJson } from '../response.ts';
import { schemaOf } from './engine-choice.ts';

/** Sorted, so that two versions can be compared. */
const sorted = ({ query }: Exchange): GraphQLSchema => lexicographicSortSchema(schemaOf(query));

/** Sends the schema in the schema definition language. */
export function sendSchemaText(exchange: Exchange): void {
  send(exchange.response, 200, `${printSchema(sorted(exchange))}\n`, {
    'content-type': 'application/graphql; charset=utf-8',
    'cache-control': 'no-store',
  });
}

/** Sends the schema as the result of an introspection query. */
export function sendSchemaJson(exchange: Exchange): void {
  sendJson(exchange.response, 200, { data: introspectionFromSchema(sorted(exchange)) });
}
