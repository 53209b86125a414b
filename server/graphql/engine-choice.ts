// Owns which schema an operation is executed with: the current one, or the one without what is deprecated. Not the engine (graphql.ts).
import type { GraphQLSchema } from 'graphql';
import { withoutDeprecated } from '../../schema/graphql/deprecation.ts';
import { schema } from '../../schema/graphql/schema.ts';
import { createEngine, type Engine, type EngineParts } from './graphql.ts';

/** The parameter of the URL with which a client tries whether it needs anything that is deprecated. */
const futureParameter = 'remove_deprecated';

const isFuture = (query: URLSearchParams): boolean => query.get(futureParameter) === 'true';

let future: GraphQLSchema | null = null;

/** The schema that the query of a URL selects: `remove_deprecated=true` is the one without everything that is deprecated. */
export function schemaOf(query: URLSearchParams): GraphQLSchema {
  if (!isFuture(query)) return schema;
  future ??= withoutDeprecated(schema);
  return future;
}

/** The engines of a server. */
export class Engines {
  readonly #parts: Omit<EngineParts, 'schema'>;
  readonly current: Engine;
  #future: Engine | null = null;

  constructor(parts: Omit<EngineParts, 'schema'>) {
    this.#parts = parts;
    this.current = createEngine({ ...this.#parts, schema });
  }

  /** The engine that the query of a URL selects, see {@link schemaOf}. */
  of(query: URLSearchParams): Engine {
    if (!isFuture(query)) return this.current;
    this.#future ??= createEngine({ ...this.#parts, schema: schemaOf(query) });
    return this.#future;
  }
}
