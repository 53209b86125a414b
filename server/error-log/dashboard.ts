// Owns links to a dashboard of OpenSearch or Kibana. Pure. Its parameters are in Rison (https://github.com/Nanonid/rison), percent-encoded.

/** A value as Rison. The packages for it are not maintained, and only objects, lists and texts are needed. */
export type RisonValue = string | readonly RisonValue[] | { readonly [name: string]: RisonValue };

/** Encodes a value in Rison. Texts are always quoted, so that nothing in them is syntax. Pure. */
export function rison(value: RisonValue): string {
  if (typeof value === 'string') return `'${value.replaceAll(/[!']/g, '!$&')}'`;
  if (isList(value)) return `!(${value.map(rison).join(',')})`;
  return `(${Object.entries(value)
    .map(([name, each]) => `${/^[a-z_]\w*$/i.test(name) ? name : rison(name)}:${rison(each)}`)
    .join(',')})`;
}

const isList = (value: RisonValue): value is readonly RisonValue[] => Array.isArray(value);

/**
 * The address of a dashboard that shows the last day, of one message or of all. Pure. @param message its text as in the index; null for all
 */
export function dashboardLink(dashboard: string, index: string, message: string | null): string {
  const time = { time: { from: 'now-24h', to: 'now' } };
  const phrase = (text: string): RisonValue => ({
    meta: { index, key: 'normalized_message', type: 'phrase', params: { query: text } },
    query: { match_phrase: { normalized_message: text } },
  });
  const filters = message === null ? null : { filters: [phrase(message)] };
  const parameter = (name: string, value: RisonValue): string => `${name}=${encodeRison(rison(value))}`;
  const parts = [parameter('_g', time), ...(filters === null ? [] : [parameter('_a', filters)])];
  return `${dashboard}${dashboard.slice(dashboard.indexOf('#')).includes('?') ? '&' : '?'}${parts.join('&')}`;
}

/** Percent-encoded, also what a chat or a mail would take for the end of a link. */
const encodeRison = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll(
    /['()!*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
