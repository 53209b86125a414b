// Tests that the catalogues fit the sources: used keys, documented parameters, as many arguments as a message takes.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const web = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(web, file), 'utf8');
const catalogue = (file: string): Map<string, string> =>
  new Map(
    Object.entries<unknown>(JSON.parse(read(file))).flatMap(([key, message]) =>
      key === '@metadata' || typeof message !== 'string' ? [] : [[key, message]],
    ),
  );

const files = globSync('**/i18n/en.json', { cwd: web }).filter((file) => !file.startsWith('dist/'));
const messages = new Map(files.flatMap((file) => [...catalogue(file)]));
const sources = globSync('**/*.{ts,tsx}', { cwd: web })
  .filter((file) => !/\.test\.tsx?$/.test(file) && !file.startsWith('dist/'))
  .map((file) => ({ file, source: read(file) }));

/** The greatest n of `$n` in a message. */
const arity = (message: string): number =>
  Math.max(0, ...[...message.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));

/** The arguments of a call, split at its commas; `from` is just behind its opening bracket. */
function argumentsAt(source: string, from: number): string[] {
  const found = [''];
  let depth = 0;
  let quote = '';
  for (const character of source.slice(from)) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (`'"\``.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && depth-- === 0) break;
    else if (character === ',' && depth === 0) {
      found.push('');
      continue;
    }
    found.push(`${found.pop()}${character}`);
  }
  return found.map((argument) => argument.trim()).filter((argument) => argument !== '');
}

describe.each(files)('the messages of %s', (file) => {
  const folder = file.split('/').at(-3) ?? 'app';
  const own = catalogue(file);
  const documented = catalogue(file.replace('en.json', 'qqq.json'));

  test(`keys in ${file} begin with ${folder}-`, () => {
    expect(
      [...own.keys()].filter((key) => !/^[a-z0-9-]+$/.test(key) || !key.startsWith(`${folder}-`)),
    ).toEqual([]);
  });

  test(`each message with parameters in ${file} has them documented in qqq.json`, () => {
    const undocumented = [...own].filter(([key, message]) => {
      const documentation = documented.get(key) ?? '';
      return Array.from({ length: arity(message) }, (_, index) => `$${index + 1}`).some(
        (parameter) => !documentation.includes(parameter),
      );
    });
    expect(undocumented).toEqual([]);
    expect([...documented.keys()].filter((key) => !own.has(key))).toEqual([]);
  });
});

test('no key is in two catalogues', () => {
  expect(messages.size).toBe(files.reduce((total, file) => total + catalogue(file).size, 0));
});

test('no message uses a template that the build leaves out', () => {
  const templates = [...messages].flatMap(([key, message]) =>
    [...message.matchAll(/\{\{([^:|{}]+)/g)].map(([, name = '']) => [key, name.toLowerCase()] as const),
  );
  expect(templates.length).toBeGreaterThan(0);
  const kept = new Set(['plural', 'formatnum', 'gender', 'grammar']);
  expect(templates.filter(([, name]) => !kept.has(name))).toEqual([]);
});

test('each message is used by a source', () => {
  const text = sources.map(({ source }) => source).join('\n');
  const quoted = new Set([...text.matchAll(/'([a-z0-9-]+)'/g)].map(([, key]) => key));
  // enumMsg('job-state', …) and msg(`log-times-mode-${…}`) use all keys with that prefix.
  const prefixes = [
    ...[...text.matchAll(/enumMsg\(\s*'([a-z0-9-]+)'/g)].map(([, prefix]) => `${prefix}-`),
    ...[...text.matchAll(/msg\(\s*`([a-z0-9-]+-)\$\{/g)].map(([, prefix]) => `${prefix}`),
  ];
  const unused = [...messages.keys()].filter(
    (key) => !quoted.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});

test('each call of msg has as many arguments as the message has parameters', () => {
  const wrong = sources.flatMap(({ file, source }) =>
    [...source.matchAll(/\b(?:msg|richMsg)\(/g)].flatMap((call) => {
      const [key = '', ...parameters] = argumentsAt(source, call.index + call[0].length);
      const literal = /^'([a-z0-9-]+)'$/.exec(key)?.[1];
      if (literal === undefined) return [];
      const expected = arity(messages.get(literal) ?? '');
      return expected === parameters.length
        ? []
        : [`${file}: ${literal} takes ${expected} parameters, not ${parameters.length}`];
    }),
  );
  expect(wrong).toEqual([]);
});

/** The folders whose messages are loaded with their pages. */
const loadedLater = globSync('*/messages.ts', { cwd: web }).map((file) => file.split('/')[0] ?? '');

test.each(loadedLater)('only what loads the messages of %s uses them', (folder) => {
  const use = new RegExp(`[mM]sg\\(\\s*['"\`]${folder}-|id="${folder}-`);
  const users = sources.filter(({ source }) => use.test(source));
  expect(users.length).toBeGreaterThan(0);
  const loads = new RegExp(`'(\\.|\\.\\.|\\.\\./${folder})/messages\\.ts'`);
  expect(users.filter(({ source }) => !loads.test(source)).map(({ file }) => file)).toEqual([]);
});
