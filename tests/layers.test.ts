// Owns the check that each layer imports only what it may (docs/architecture.md). A text test: TypeScript 7 has no compiler API to ask.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Which modules the files of a layer may import: our own by folder, others by package name. `node:` is always allowed, but in what runs in the browser. */
const layers: readonly { layer: string; folders: readonly string[]; packages: readonly string[] }[] = [
  { layer: 'schema/text', folders: ['schema/text'], packages: [] },
  {
    layer: 'schema/model',
    folders: ['schema/model', 'schema/text'],
    packages: [
      '@mikro-orm/core',
      '@mikro-orm/migrations',
      '@mikro-orm/postgresql',
      '@mikro-orm/sql',
      '@mikro-orm/sqlite',
      'kysely',
      'pg',
      'better-sqlite3',
      'otpauth',
    ],
  },
  { layer: 'schema/process', folders: ['schema/process', 'schema/model'], packages: [] },
  {
    layer: 'schema/graphql',
    folders: ['schema/graphql', 'schema/model'],
    packages: ['graphql', '@pothos/core', '@pothos/plugin-errors', '@pothos/plugin-scope-auth'],
  },
  {
    layer: 'server',
    folders: ['server', 'schema/graphql', 'schema/model', 'schema/process', 'schema/text'],
    packages: [
      'graphql',
      'graphql-yoga',
      'graphql-ws',
      'ws',
      'pino',
      '@graphql-yoga/render-graphiql',
      'jose',
      'openid-client',
      '@mikro-orm/sql',
    ],
  },
  { layer: 'jobrunner/simulator', folders: ['jobrunner/simulator'], packages: [] },
  {
    layer: 'jobrunner',
    folders: ['jobrunner', 'schema/model', 'schema/process', 'schema/text'],
    packages: ['execa', 'pino'],
  },
  { layer: 'client/subscription', folders: ['client/subscription'], packages: [] },
  {
    layer: 'client/web',
    folders: ['client/web', 'client/generated', 'client/subscription', 'schema/text'],
    packages: [
      'preact',
      '@preact/signals',
      '@urql/core',
      '@urql/preact',
      'graphql',
      'graphql-ws',
      'wonka',
      'banana-i18n',
      'uqr',
      '@wikimedia/codex',
      '@wikimedia/codex-design-tokens',
      '@wikimedia/codex-icons',
      'vite',
      '@preact/preset-vite',
    ],
  },
  {
    layer: 'client/sdk',
    folders: ['client/sdk', 'client/generated', 'client/subscription', 'schema/text'],
    packages: ['graphql', 'graphql-ws', 'ws', '@graphql-typed-document-node/core'],
  },
  {
    layer: 'client/cli',
    folders: ['client/cli', 'client/sdk', 'client/generated', 'schema/text'],
    packages: ['graphql-ws'],
  },
  { layer: 'bin', folders: ['bin', 'schema/model', 'schema/process', 'client/cli'], packages: [] },
];

/** The module specifiers of a file: static imports and exports, and dynamic imports of a literal. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const pattern =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function wrongImports(file: string, { layer, folders, packages }: (typeof layers)[number]): string[] {
  const inBrowser =
    ['schema/text', 'client/web', 'client/subscription'].includes(layer) && !file.endsWith('vite.config.ts');
  return importsOf(file).filter((specifier) => {
    if (specifier.startsWith('node:')) return inBrowser;
    if (!specifier.startsWith('.')) return !packages.includes(packageOf(specifier));
    const target = relative(root, join(root, dirname(file), specifier));
    return !folders.some((folder) => target.startsWith(`${folder}/`));
  });
}

const sourcesOf = (folder: string): string[] =>
  globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).filter(
    (file) => !/\.test\.tsx?$/.test(file) && !file.includes('/dist/') && !file.includes('node_modules'),
  );

describe('layers', () => {
  for (const entry of layers) {
    it(`${entry.layer} imports only what its layer may`, () => {
      const nested = layers.map(({ layer }) => layer).filter((layer) => layer.startsWith(`${entry.layer}/`));
      const files = sourcesOf(entry.layer).filter(
        (file) => !nested.some((layer) => file.startsWith(`${layer}/`)),
      );
      expect(files.length).toBeGreaterThan(0);
      const wrong = files.flatMap((file) =>
        wrongImports(file, entry).map((specifier) => `${file}: ${specifier}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  it('nobody imports tests or bench', () => {
    const wrong = ['schema', 'server', 'jobrunner', 'client', 'bin']
      .flatMap(sourcesOf)
      .flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier })))
      .filter(({ specifier }) => /(^|\/)(tests|bench)\//.test(specifier));
    expect(wrong).toEqual([]);
  });

  it('no file or folder is called after nothing in particular', () => {
    const empty = /(^|\/)(utils?|helpers?|common|lib|types|services?|managers?|handlers?)(\.|\/)/;
    const files = ['schema', 'server', 'jobrunner', 'client', 'bin', 'tests'].flatMap(sourcesOf);
    expect(files.filter((file) => empty.test(file))).toEqual([]);
  });

  it('only main files do anything when they are imported', () => {
    // A call at the beginning of a line is a deed; declarations, types and exports are not.
    const deed = /^(?:await |void )?[a-z][\w.]*\(/m;
    const files = ['schema', 'server', 'jobrunner', 'client/sdk', 'client/subscription']
      .flatMap(sourcesOf)
      .filter((file) => !/(^|\/)(main[\w-]*|migrate|print)\.tsx?$/.test(file))
      // Pothos defines types by calling its builder.
      .filter((file) => !file.startsWith('schema/graphql/'))
      .filter((file) => !/^jobrunner\/simulator\/scap\/main\.ts$/.test(file));
    expect(files.filter((file) => deed.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it('nothing on the page inserts text as HTML', () => {
    const files = sourcesOf('client/web');
    const inserting = /innerHTML|outerHTML|insertAdjacentHTML|document\.write\b|createContextualFragment/;
    expect(files.filter((file) => inserting.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
