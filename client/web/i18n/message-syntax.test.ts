// Tests that messages are read as banana-i18n reads them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageSyntax } from './message-syntax.ts';

const web = join(import.meta.dirname, '..');
/** The parser of banana-i18n, which the package does not export. */
const { default: original }: { default: (message: string) => unknown } = await import(
  import.meta.resolve('banana-i18n').replace(/dist\/.*/, 'src/ast.js')
);

const messages = globSync('**/i18n/en.json', { cwd: web }).flatMap((file) =>
  Object.values<unknown>(JSON.parse(readFileSync(join(web, file), 'utf8'))).filter(
    (message) => typeof message === 'string',
  ),
);

test('each message of the catalogues', () => {
  const read = messages.filter((message) => message.includes('{{'));
  expect(read.length).toBeGreaterThan(30);
  expect(read.map(messageSyntax)).toEqual(read.map(original));
});

test.each([
  '',
  'no template',
  '$1 of $22',
  '{{PLURAL:$1|one|$1 of {{FORMATNUM:$2}}|0=none}}.',
  '{{PLURAL:$1||two}}',
  '{{GENDER:|he|she|they}}',
  '{{GRAMMAR:genitive|{{SITENAME}}}}',
  '{{SITENAME}} costs \\$1 \\{\\{ here',
  '{{PLURAL:$1|a \\| b|c}}',
])('a message with all that a template can have: %s', (message) => {
  expect(messageSyntax(message)).toEqual(original(message));
});

test('a template without an end is an error of the catalogue', () => {
  expect(() => messageSyntax('{{PLURAL:$1|one')).toThrow('a template has no end');
});
