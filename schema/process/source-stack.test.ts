// Tests that stacks of bundled code name the sources.
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { findSegment, sourceStack, withSourceStack } from './source-stack.ts';

// Two sources, a segment without a source, a name, negative and long numbers, an empty line.
const map = {
  version: 3 as const,
  file: 'server.js',
  sources: ['../server/main.ts', '../node_modules/pg/index.js'],
  sourcesContent: [],
  sourceRoot: '',
  names: ['start'],
  mappings: 'AAEA,SAASA,KAAK;;EACP,gCAAgC,E;AC0hDP,UDzhDE,QCAA',
};

test('a position of a bundle is found in its source as Node finds it', () => {
  const reference = new SourceMap(map);
  for (let line = 0; line < 5; line++)
    for (let column = 0; column < 60; column++) {
      const entry = reference.findEntry(line, column);
      // Node looks in the lines before as well.
      const isHere = 'generatedLine' in entry && entry.generatedLine === line;
      const expected =
        isHere && entry.originalSource !== undefined
          ? {
              source: map.sources.indexOf(entry.originalSource),
              line: entry.originalLine,
              column: entry.originalColumn,
            }
          : null;
      expect({ line, column, found: findSegment(map.mappings, line, column) }).toEqual({
        line,
        column,
        found: expected,
      });
    }
});

test('a stack names the sources of a bundle, and leaves other frames as they are', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-stack-'));
  const root = directory.path;
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'dist', 'server.js.map'), JSON.stringify(map));
  const url = (name: string): string => pathToFileURL(join(root, name)).href;
  const stack = (first: string): string =>
    `Error: no\n    at start (${first})\n    at ${url('dist/other.js')}:1:1\n    at node:internal/x:1:1`;
  expect(sourceStack(stack(`${url('dist/server.js')}:1:12`), root)).toBe(stack('server/main.ts:3:10'));
});

test('a message with addresses that are not paths is kept in a stack', () => {
  for (const text of ['file://elsewhere/x.js:1:2', 'file:///a%2Fb.js:1:2', 'file:///etc/x.js:1:2'])
    expect(sourceStack(`Error: ${text}\n    at ${text}`)).toBe(`Error: ${text}\n    at ${text}`);
  const inBundles = `${pathToFileURL(join(import.meta.dirname, 'dist')).href}/a%2Fb.js:1:2`;
  expect(sourceStack(inBundles, import.meta.dirname)).toBe(inBundles);
});

test('what is thrown without being an error is logged as it is', () => {
  const thrown: unknown[] = [null, undefined, 'text', { a: 1 }];
  for (const each of thrown) expect(Reflect.apply(withSourceStack, undefined, [each])).toBe(each);
});
