import { describe, expect, test } from 'vitest';
import type { Layer } from '../layers.ts';
import { checkLayers, layerTables, withLayerTables } from './layers.ts';
import { formatProblem } from './report.ts';

const table: readonly Layer[] = [
  { folder: 'schema/text', owns: 'text', imports: [], packages: [], runsIn: 'both' },
  {
    folder: 'server',
    owns: 'HTTP',
    folders: { live: 'sockets' },
    imports: ['schema/text'],
    packages: ['ws'],
  },
  { folder: 'client/web', owns: 'page', imports: ['schema/text'], packages: ['preact'], runsIn: 'browser' },
  { folder: 'tests', owns: 'tests', imports: 'anything', packages: [] },
];

/** One file in each folder of the table, so that none of them is empty. */
const filled = {
  'schema/text/filled.ts': '',
  'server/live/filled.ts': '',
  'client/web/filled.ts': '',
  'tests/filled.ts': '',
};

const problemsOf = (files: Record<string, string>): string[] =>
  checkLayers(new Map(Object.entries({ ...filled, ...files })), table).map(formatProblem);

describe('owners of files', () => {
  test('the layer check accepts files in listed folders', () => {
    expect(problemsOf({ 'server/job.ts': '', 'server/live/socket.ts': '', 'codegen.ts': '' })).toEqual([]);
  });

  test('the layer check reports a file in a new folder of a layer', () => {
    expect(problemsOf({ 'server/extra/job.ts': '' })).toEqual([
      expect.stringMatching(/^server\/extra\/job\.ts: no layer lists the folder "server\/extra"/),
    ]);
  });

  test('the layer check reports a file in a new top-level folder, also a test', () => {
    expect(problemsOf({ 'other/job.ts': '', 'other/job.test.ts': '' })).toHaveLength(2);
  });

  test('the layer check reports a listed folder that has no file', () => {
    const files = new Map(Object.entries({ ...filled, 'server/job.ts': '' }));
    files.delete('server/live/filled.ts');
    expect(checkLayers(files, table).map(formatProblem)).toEqual([
      'tools/layers.ts: lists the folder "server/live", which has no source file',
    ]);
  });

  test('the layer check reports a folder with more than 25 source files, and does not count tests', () => {
    const folder = (count: number, ending: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`server/job-${index}${ending}`, '']));
    expect(problemsOf({ ...folder(25, '.ts'), ...folder(25, '.test.ts') })).toEqual([]);
    expect(problemsOf(folder(26, '.ts'))).toEqual([
      expect.stringMatching(/^server: has 26 source files, and 25 are allowed/),
    ]);
  });

  test('the layer check reports a new source file at the root', () => {
    expect(problemsOf({ 'job.ts': '' })).toHaveLength(1);
  });
});

describe('imports of layers', () => {
  test('the layer check accepts imports that the table allows', () => {
    const files = {
      'server/job.ts':
        "import { WebSocket } from 'ws'; import './live/socket.ts'; import '../schema/text/line.ts';",
      'server/live/socket.ts': "import { readFileSync } from 'node:fs';",
      'schema/text/line.ts': '',
    };
    expect(problemsOf(files)).toEqual([]);
  });

  test('the layer check reports an import of another layer, with its line', () => {
    expect(problemsOf({ 'server/job.ts': "\nimport { page } from '../client/web/page.ts';" })).toEqual([
      'server/job.ts:2: imports "../client/web/page.ts"; server may not import the layer client/web (tools/layers.ts)',
    ]);
  });

  test.each([
    "import type { Page } from '../client/web/page.ts';",
    "export { page } from '../client/web/page.ts';",
    "const page = await import('../client/web/page.ts');",
    "type Page = import('../client/web/page.ts').Page;",
  ])('the layer check reports another layer in %s', (text) => {
    expect(problemsOf({ 'server/job.ts': text })).toHaveLength(1);
  });

  test('the layer check reports a package that the table does not list', () => {
    expect(problemsOf({ 'server/job.ts': "import pad from 'left-pad/index.js';" })).toEqual([
      expect.stringContaining('may not import the package left-pad'),
    ]);
  });

  test('the layer check reports a module of Node in code that runs in the browser', () => {
    expect(
      problemsOf({ 'client/web/page.ts': "import 'node:fs';", 'schema/text/a.ts': "import 'node:fs';" }),
    ).toHaveLength(2);
  });

  test('the layer check reports an import of tests outside of tests', () => {
    expect(problemsOf({ 'server/job.ts': "import '../tests/main.ts';" })).toHaveLength(1);
  });

  test('the layer check lets test files import anything', () => {
    expect(
      problemsOf({ 'server/job.test.ts': "import 'left-pad'; import '../client/web/page.ts';" }),
    ).toEqual([]);
  });
});

describe('import cycles', () => {
  const cycle = {
    'server/a.ts': "import { b } from './b.ts';",
    'server/b.ts': "import type { C } from './live/c.ts';",
    'server/live/c.ts': "import { a } from '../a.ts';",
  };

  test('the layer check reports a cycle with its path, including imports of types', () => {
    expect(problemsOf(cycle)).toEqual([
      'server/a.ts: import cycle: server/a.ts → server/b.ts → server/live/c.ts → server/a.ts',
    ]);
  });

  test('the layer check reports a file that imports itself', () => {
    expect(problemsOf({ 'server/a.ts': "import './a.ts';" })).toHaveLength(1);
  });
});

describe('rules about the text of a file', () => {
  test('the layer check reports a call when a file that is not a main file is imported', () => {
    expect(problemsOf({ 'server/job.ts': 'const a = 1;\nstart(a);\n' })).toEqual([
      expect.stringMatching(/^server\/job\.ts:2: calls something/),
    ]);
    expect(problemsOf({ 'server/main.ts': 'start();\n' })).toEqual([]);
  });

  test('the layer check reports HTML that the web client inserts as text', () => {
    expect(
      problemsOf({ 'client/web/page.ts': 'export const set = (e) => { e.innerHTML = "" };' }),
    ).toHaveLength(1);
  });

  test.each(['server/utils.ts', 'server/live/helpers.ts', 'tests/types.ts'])(
    'the layer check reports the empty name %s',
    (path) => {
      expect(problemsOf({ [path]: '' })).toHaveLength(1);
    },
  );
});

describe('the tables in the documentation', () => {
  test('the table of layers shows imports, packages and folders', () => {
    const text = layerTables(table);
    expect(text).toContain('| `server` | HTTP | `schema/text` | `ws` |');
    expect(text).toContain('| `server/live` | sockets |');
    expect(text).toContain('| `tests` | tests | anything | anything |');
  });

  test('the table of layers is not written into a document without its marks', () => {
    expect(withLayerTables('# Architecture\n', table)).toBeNull();
  });
});
