// Owns the lookup of a message in the catalogues (`*/i18n/en.json`, in the JSON form of banana-i18n). Owns no wording.
import Banana from 'banana-i18n';
import type account from '../account/i18n/en.json';
import type admin from '../admin/i18n/en.json';
import connection from '../connection/i18n/en.json';
import header from '../header/i18n/en.json';
import type health from '../health/i18n/en.json';
import job from '../job/i18n/en.json';
import type log from '../log/i18n/en.json';
import overview from '../overview/i18n/en.json';
import parts from '../parts/i18n/en.json';
import signIn from '../sign-in/i18n/en.json';
import type statistics from '../statistics/i18n/en.json';
import type train from '../train/i18n/en.json';
import app from './en.json';

/** What the first view needs. Other pages add their messages when their code is loaded. */
const { '@metadata': _, ...messages } = {
  ...app,
  ...connection,
  ...header,
  ...job,
  ...overview,
  ...parts,
  ...signIn,
};

type Catalogue = typeof messages &
  typeof account &
  typeof admin &
  typeof health &
  typeof log &
  typeof statistics &
  typeof train;

/** A key of a message: `<folder>-<what>`; `app-<what>` for messages of several pages. */
export type MessageKey = Exclude<keyof Catalogue, '@metadata'>;

const banana = new Banana('en', { messages });

interface NumberRules {
  readonly plural: Intl.PluralRules;
  /** The order of the forms in a message, of which a language has some. */
  readonly forms: readonly Intl.LDMLPluralRule[];
  readonly format: Intl.NumberFormat;
}

let knownRules: NumberRules | null = null;

/** Made with the first message that has a number: it takes as long as everything else that is done before the page is rendered. */
function numberRules(): NumberRules {
  if (knownRules !== null) return knownRules;
  const plural = new Intl.PluralRules(banana.locale);
  const { pluralCategories } = plural.resolvedOptions();
  const forms = (['zero', 'one', 'two', 'few', 'many', 'other'] as const).filter((form) =>
    pluralCategories.includes(form),
  );
  knownRules = { plural, forms, format: new Intl.NumberFormat(banana.locale) };
  return knownRules;
}

// What banana-i18n does too, but it makes the rules and the format again for each message, which takes a millisecond on a slow processor.
banana.registerParserPlugin('plural', ([count, ...nodes]) => {
  const number = Number.parseFloat(String(count));
  const forms = nodes.map(String);
  const explicit = forms.find((form) => /^\d+=/.test(form) && Number.parseInt(form, 10) === number);
  if (explicit !== undefined) return explicit.slice(explicit.indexOf('=') + 1);
  const others = forms.filter((form) => form !== '' && !/^\d+=/.test(form));
  const { forms: order, plural } = numberRules();
  const at = order.indexOf(plural.select(number));
  return others[Math.min(at, others.length - 1)] ?? '';
});
banana.registerParserPlugin('formatnum', ([number]) => {
  const words = numberRules().format.format(Number(number));
  return words === 'NaN' ? String(number) : words;
});

/** Adds the messages of a page. Its `messages.ts` does so, and the files of the page take `msg` from there. */
export function addMessages({
  '@metadata': _,
  ...added
}: Readonly<Record<string, string | Record<string, unknown>>>): void {
  banana.load(added, 'en');
}

/**
 * The message in the language of the page, as plain text.
 * @param parameters what replaces `$1`, `$2` … They are inserted as they are: nothing in them is read as markup.
 */
export function msg(key: MessageKey, ...parameters: readonly (string | number)[]): string {
  return banana.i18n(key, ...parameters);
}

type Kebab<Word extends string> = Word extends `${infer Head}_${infer Tail}`
  ? `${Head}-${Kebab<Tail>}`
  : Word;
type KeyOf<Prefix extends string, Value extends string> = `${Prefix}-${Lowercase<Kebab<Value>>}`;

/**
 * The message for a value of an enum of the schema: its key is `<prefix>-<value>`, in lower case with hyphens. The compiler
 * requires a message for each value that this build knows. A newer server can send others: those are shown as the value
 * itself, in lower case.
 */
export function enumMsg<Prefix extends string, Value extends string>(
  prefix: Prefix,
  value: Value,
  ..._everyValueHasMessage: [KeyOf<Prefix, Value>] extends [MessageKey] ? [] : [never]
): string {
  const key = `${prefix}-${value.toLowerCase().replaceAll('_', '-')}`;
  return isKey(key) ? msg(key) : value.toLowerCase().replaceAll('_', ' ');
}

function isKey(key: string): key is MessageKey {
  return Object.hasOwn(messages, key);
}
