// Owns the aggregations of OpenSearch that the server uses, over simulated errors. Pure. Not the HTTP service (error-log.ts).
import type { ErrorDocument } from './document.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of an object; an empty object for any other value. */
export const memberOf = (value: unknown, name: string): Json => {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : {};
};

const total = (errors: readonly ErrorDocument[]): number => errors.reduce((sum, { count }) => sum + count, 0);

const lengths: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
function intervalOf(histogram: Json): number {
  const [, amount = '1', unit = 's'] = /^(\d+)([smh])$/.exec(String(histogram['fixed_interval'])) ?? [];
  return Number(amount) * (lengths[unit] ?? 1_000);
}

/** Whether an error matches a query: `bool`, or a `query_string` of one field and one value. */
function matches({ fields }: ErrorDocument, query: unknown): boolean {
  const { filter = [], must_not: mustNot = [] } = memberOf(query, 'bool');
  if (Array.isArray(filter) && Array.isArray(mustNot) && filter.length + mustNot.length > 0)
    return (
      filter.every((each) => matches({ at: 0, count: 0, fields }, each)) &&
      !mustNot.some((each) => matches({ at: 0, count: 0, fields }, each))
    );
  const [field = '', value = ''] = String(memberOf(query, 'query_string')['query']).split(':');
  return fields[field] === value;
}

/** The result of one aggregation. */
function aggregate(errors: readonly ErrorDocument[], definition: Json): Json {
  const nested = memberOf(definition, 'aggs');
  const bucket = (key: Json, some: readonly ErrorDocument[]): Json => ({
    ...key,
    doc_count: total(some),
    ...aggregateAll(some, nested),
  });
  if ('filters' in definition) return filtersOf(errors, memberOf(definition, 'filters'), bucket);
  if ('date_histogram' in definition) {
    const length = intervalOf(memberOf(definition, 'date_histogram'));
    const groups = Map.groupBy(errors, ({ at }) => Math.floor(at / length) * length);
    const keys = [...groups.keys()].sort((one, other) => one - other);
    return {
      buckets: keys.map((key) =>
        bucket({ key_as_string: new Date(key).toISOString(), key }, groups.get(key) ?? []),
      ),
    };
  }
  if ('composite' in definition) return compositeOf(errors, memberOf(definition, 'composite'), bucket);
  if ('terms' in definition) return termsOf(errors, memberOf(definition, 'terms'));
  const times = errors.map(({ at }) => at);
  const value = times.length === 0 ? null : 'min' in definition ? Math.min(...times) : Math.max(...times);
  return value === null ? { value } : { value, value_as_string: new Date(value).toISOString() };
}

/** The results of all aggregations of a request. */
export const aggregateAll = (errors: readonly ErrorDocument[], definitions: Json): Json =>
  Object.fromEntries(
    Object.keys(definitions).map((name) => [name, aggregate(errors, memberOf(definitions, name))]),
  );

type MakeBucket = (key: Json, errors: readonly ErrorDocument[]) => Json;

function filtersOf(errors: readonly ErrorDocument[], definition: Json, bucket: MakeBucket): Json {
  const filters = Object.entries(memberOf(definition, 'filters'));
  const others = errors.filter((each) => !filters.some(([, query]) => matches(each, query)));
  return {
    buckets: Object.fromEntries([
      ...filters.map(([name, query]) => [
        name,
        bucket(
          {},
          errors.filter((each) => matches(each, query)),
        ),
      ]),
      [String(definition['other_bucket_key']), bucket({}, others)],
    ]),
  };
}

function termsOf(errors: readonly ErrorDocument[], { field, size }: Json): Json {
  const known = errors.filter(({ fields }) => fields[String(field)] != null);
  const groups = [...Map.groupBy(known, ({ fields }) => fields[String(field)])]
    .map(([key, some]) => ({ key, doc_count: total(some) }))
    .sort((one, other) => other.doc_count - one.doc_count);
  const listed = groups.slice(0, Number(size));
  const others = groups.slice(Number(size)).reduce((sum, { doc_count }) => sum + doc_count, 0);
  return { doc_count_error_upper_bound: 0, sum_other_doc_count: others, buckets: listed };
}

/** A composite aggregation by minute and message. */
function compositeOf(errors: readonly ErrorDocument[], definition: Json, bucket: MakeBucket): Json {
  const keyOf = ({ at, fields }: ErrorDocument) => ({
    minute: Math.floor(at / 60_000) * 60_000,
    message: fields['normalized_message.keyword'] ?? null,
  });
  // As the service: by minute, and those without a message first.
  const sortText = ({ minute, message }: Json): string =>
    `${String(minute).padStart(15, '0')} ${message === null ? '0' : `1${String(message)}`}`;
  const groups = Map.groupBy(errors, (each) => sortText(keyOf(each)));
  const after = 'after' in definition ? sortText(memberOf(definition, 'after')) : '';
  const keys = [...groups.keys()].filter((key) => key > after).sort();
  const page = keys.slice(0, Number(definition['size']));
  const buckets = page.map((key) => {
    const some = groups.get(key) ?? [];
    const [first] = some;
    return bucket({ key: first ? keyOf(first) : {} }, some);
  });
  const last = buckets.at(-1);
  return { ...(last ? { after_key: last['key'] } : {}), buckets };
}
