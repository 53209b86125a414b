// Owns counting who uses which part of the API, and what a client that uses deprecated parts receives. Not the record (schema/model/account/operation-use.ts).
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { type Deprecation, deprecations } from '../../schema/graphql/deprecation.ts';
import {
  maxUseRows,
  type NewUses,
  otherUses,
  recordUses,
  type UseKey,
} from '../../schema/model/account/operation-use.ts';
import { storableText } from '../../schema/model/store/column.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import type { ServerMetrics } from '../monitoring/metrics.ts';
import type { OperationContext, OperationOrigin } from './operation.ts';

/** How often uses are stored, in milliseconds. */
const storeInterval = 60_000;
/** How many rows one transaction stores. SQLite blocks the server and all other writers meanwhile, and a client can invent names. */
export const storedAtOnce = 20;
/** The maximum length of a name that a client sends, in UTF-16 units. */
const longestName = 100;

interface Counted {
  readonly key: UseKey;
  readonly fields: Set<string>;
  uses: number;
  at: number;
}

/** Counts uses in memory and stores them each minute. Uses that were not stored yet are lost with the process. */
export class OperationUses implements AsyncDisposable {
  readonly #db: Database;
  readonly #failure: RepeatedFailure;
  #counted = new Map<string, Counted>();
  readonly #timer: NodeJS.Timeout;
  #storing: Promise<void> = Promise.resolve();

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#failure = new RepeatedFailure(logger, 'could not store who uses the API');
    this.#timer = setInterval(() => void this.store(), storeInterval);
    this.#timer.unref();
  }

  count({ key, uses, at, fields }: NewUses): void {
    const hasRoom = this.#counted.size < maxUseRows || this.#counted.has(JSON.stringify(key));
    const used = hasRoom ? key : otherUses;
    const text = JSON.stringify(used);
    const counted = this.#counted.get(text) ?? { key: used, fields: new Set(), uses: 0, at };
    this.#counted.set(text, counted);
    counted.uses += uses;
    counted.at = at;
    for (const field of fields) counted.fields.add(field);
  }

  /** Stores what was counted. What cannot be stored is counted again. */
  store(): Promise<void> {
    this.#storing = this.#storing.then(() => this.#store());
    return this.#storing;
  }

  async #store(): Promise<void> {
    const counted = this.#counted;
    if (counted.size === 0) return;
    this.#counted = new Map();
    const added = [...counted.values()].map((each): NewUses => ({ ...each, fields: [...each.fields] }));
    for (let first = 0; first < added.length; first += storedAtOnce) {
      try {
        await recordUses(this.#db, added.slice(first, first + storedAtOnce));
        this.#failure.succeeded();
        await nextTurn();
      } catch (error) {
        this.#failure.failed(error);
        for (const each of added.slice(first)) this.count(each);
        return;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.store();
  }
}

/** The coordinates of the fields and arguments in a document, and of the enum values that are written in it. */
function coordinatesOf(schema: GraphQLSchema, document: DocumentNode): readonly string[] {
  const info = new TypeInfo(schema);
  const found = new Set<string>();
  visit(
    document,
    visitWithTypeInfo(info, {
      Field({ arguments: args }) {
        const type = info.getParentType();
        const field = info.getFieldDef();
        if (!type || !field || field.name.startsWith('__')) return;
        const coordinate = `${type.name}.${field.name}`;
        found.add(coordinate);
        for (const { name } of args ?? []) found.add(`${coordinate}(${name.value}:)`);
      },
      ObjectField({ name }) {
        const type = info.getParentInputType();
        if (type && 'name' in type) found.add(`${String(type.name)}.${name.value}`);
      },
      EnumValue({ value }) {
        const type = info.getInputType();
        if (type && 'name' in type) found.add(`${String(type.name)}.${value}`);
      },
    }),
  );
  return [...found];
}

/** What is known of a document. Yoga caches parsed documents by their text, so repeated documents are read once. */
interface DocumentUse {
  readonly coordinates: readonly string[];
  readonly deprecated: readonly Deprecation[];
}

/** The text that a client sent, as it can be stored. */
const named = (name: string | null | undefined): string => storableText((name ?? '').slice(0, longestName));

/** Counts each operation, and reports to clients which deprecated parts they use: in headers of the response, and in `extensions.deprecations`. */
export function countingUses(
  schema: GraphQLSchema,
  uses: OperationUses,
  metrics: ServerMetrics,
): Plugin<OperationContext, OperationOrigin> {
  const known = deprecations(schema);
  const documents = new WeakMap<DocumentNode, DocumentUse>();
  const useOf = (document: DocumentNode): DocumentUse => {
    const cached = documents.get(document);
    if (cached) return cached;
    const coordinates = coordinatesOf(schema, document);
    const use = { coordinates, deprecated: coordinates.flatMap((each) => known.get(each) ?? []) };
    documents.set(document, use);
    return use;
  };
  const count = (
    document: DocumentNode,
    operation: string | null | undefined,
    { viewer, client, addHeader }: OperationContext,
  ): DocumentUse => {
    const use = useOf(document);
    const key = {
      client: named(client.name),
      version: named(client.version),
      tokenId: viewer.token?.id ?? 0,
      operation: named(getOperationAST(document, operation)?.name?.value),
    };
    uses.count({ key, uses: 1, at: Date.now(), fields: use.coordinates });
    for (const { coordinate } of use.deprecated) metrics.countDeprecated(coordinate);
    if (use.deprecated.length > 0) addDeprecationHeaders(use.deprecated, addHeader);
    return use;
  };
  return {
    onExecute({ args: { document, operationName, contextValue } }) {
      const { deprecated } = count(document, operationName, contextValue);
      if (deprecated.length === 0) return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          if (!(Symbol.asyncIterator in result)) setResult(withDeprecations(result, deprecated));
        },
      };
    },
    onSubscribe({ args: { document, operationName, contextValue } }) {
      count(document, operationName, contextValue);
    },
  };
}

/** The result with the deprecated parts of its document in `extensions.deprecations`. Pure. */
const withDeprecations = (result: ExecutionResult, used: readonly Deprecation[]): ExecutionResult => ({
  ...result,
  extensions: {
    ...result.extensions,
    deprecations: used.map(({ coordinate, reason }) => ({ coordinate, reason })),
  },
});

/** `Deprecation` (RFC 9745): since when the first of them is deprecated. `Sunset` (RFC 8594): when the first of them is removed. */
function addDeprecationHeaders(used: readonly Deprecation[], addHeader: OperationOrigin['addHeader']): void {
  addHeader('deprecation', `@${Math.min(...used.map(({ since }) => since)) / 1_000}`);
  addHeader('sunset', new Date(Math.min(...used.map(({ removedAfter }) => removedAfter))).toUTCString());
}
