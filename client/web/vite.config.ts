// Owns how the page is built and, in development, where its requests go. Owns no part of the page.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { compiledEarly, separateScripts } from './separate-tasks.ts';
import { usedStyle } from './used-style.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const server = 'http://127.0.0.1:8888';
/** The server accepts requests only for its own address, so the proxy sends that address. */
const proxied = { target: server, changeOrigin: true, headers: { origin: server } };

/** Codex gives its dark tokens to `:root`; here they hold only where `data-theme` says so (theme.ts), and not on paper. */
function darkTokens(): Plugin {
  return {
    name: 'codex-dark-tokens',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('theme-wikimedia-ui-mode-dark.css')) return null;
      if (!code.includes(':root {')) this.error('the dark tokens of Codex are not given to ":root"');
      const tokens = code.replaceAll(':root {', ":root[data-theme='dark'] {");
      return { code: `@media screen {\n${tokens}\n}\n`, map: null };
    },
  };
}

/** A declaration of a sheet, as PostCSS gives it to its plugins. */
interface Declaration {
  prop: string;
  value: string;
  readonly source?: { readonly input: { readonly file?: string } };
  cloneBefore(changed: { prop: string; value: string }): unknown;
}

const edges = { left: 'start', right: 'end' } as const;

/**
 * Codex has a second, mirrored sheet for text that runs from right to left. Instead, its declarations name the sides of the text here, as ours do
 * (style.test.ts): one sheet for both directions. Borders are left as they are: they draw the mark of a checkbox. style.css mirrors the arrow of a select.
 */
function logicalSides() {
  return {
    postcssPlugin: 'codex-logical-sides',
    Declaration(declaration: Declaration): void {
      if (!declaration.source?.input.file?.includes('@wikimedia/codex/')) return;
      const { prop, value } = declaration;
      const [, box = '', side = ''] = /^(?:(margin|padding)-)?(left|right)$/.exec(prop) ?? [];
      if (side === 'left' || side === 'right')
        declaration.prop = `${box === '' ? 'inset' : box}-inline-${edges[side]}`;
      const sides = /^(margin|padding)$/.test(prop) ? value.split(/\s+(?![^(]*\))/) : [];
      if (sides.length !== 4) return;
      declaration.cloneBefore({ prop: `${prop}-block`, value: `${sides[0]} ${sides[2]}` });
      declaration.prop = `${prop}-inline`;
      declaration.value = `${sides[3]} ${sides[1]}`;
    },
  };
}

/** The order of the cascade layers, as style.css declares it. A sheet of a part can be loaded before style.css, so every sheet declares it. */
const layers = '@layer base, codex, parts, pages;';

function layerOrder(): Plugin {
  return {
    name: 'layer-order',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'asset' && file.fileName.endsWith('.css'))
          file.source = `${layers}${String(file.source)}`;
    },
  };
}

/** Writes each file of text a second and a third time, compressed: the server sends what the browser accepts (server/http/static-files.ts). */
function compressed(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        const file = join(dir, name);
        if (!/\.(html|js|css|svg|json|txt)$/.test(name) || !statSync(file).isFile()) continue;
        const content = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(content, {
            params: {
              [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
              [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
            },
          }),
        );
      }
    },
  };
}

/** The modules of the pages that are loaded on demand, by the names in schema/text/page-path.ts. */
const lazyPages: Readonly<Record<string, string>> = {
  'job/job-page.tsx': 'job',
  'account/account.tsx': 'account',
  'account/device-page.tsx': 'device',
  'statistics/statistics-page.tsx': 'statistics',
  'train/train-page.tsx': 'train',
  'health/errors-page.tsx': 'errors',
  'admin/admin-page.tsx': 'admin',
};

/** The name of the page that a module is; undefined if it is not a page. */
const pageOf = (module: string | null): string | undefined => lazyPages[module?.slice(folder.length) ?? ''];

/**
 * Writes which files each page needs beside those of index.html: the server names them in its response (server/http/static-files.ts), so that the browser loads
 * them at the same time as the others, and not after it has run them.
 */
function preloads(): Plugin {
  return {
    name: 'preloads',
    apply: 'build',
    generateBundle(_options, bundle) {
      const entry = new Set<string>();
      const collect = (name: string, files: Set<string>): void => {
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk' || files.has(name) || entry.has(name)) return;
        files.add(name);
        for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style);
        for (const imported of chunk.imports) collect(imported, files);
      };
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const first = new Set<string>();
      for (const { name, fileName } of chunks) if (name === 'index') collect(fileName, first);
      for (const file of first) entry.add(file);
      const found: Record<string, string[]> = {};
      for (const { facadeModuleId, fileName } of chunks) {
        const page = pageOf(facadeModuleId);
        if (page === undefined) continue;
        const files = new Set<string>();
        collect(fileName, files);
        found[page] = [...files].filter((file) => !entry.has(file)).map((file) => `/${file}`);
      }
      const missing = Object.values(lazyPages).find((page) => found[page] === undefined);
      if (missing !== undefined) this.error(`no file of the build is the page "${missing}"`);
      this.emitFile({ type: 'asset', fileName: 'preloads.json', source: JSON.stringify(found) });
    },
  };
}

/** The id of each operation, by its name. */
function documentIds(): ReadonlyMap<string, string> {
  const file = new URL('../generated/persisted-documents.json', import.meta.url);
  const documents: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  return new Map(
    Object.entries(documents).map(([id, text]) => [
      /(?:^|\} )(?:query|mutation|subscription) (\w+)/.exec(String(text))?.[1] ?? '',
      id,
    ]),
  );
}

/**
 * Replaces each `graphql(…)` by the id of its document, which is all that the page sends of it. Without this, the first view would contain the texts
 * and the syntax trees of the documents of all pages.
 */
function documentsById(): Plugin {
  const ids = documentIds();
  return {
    name: 'documents-by-id',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: /\.graphql\.ts$/ },
      handler(code) {
        const replaced = code.replaceAll(/\bgraphql\(`([^`]*)`\)/g, (_call, text: string) => {
          if (/^\s*fragment /.test(text)) return '{}';
          const name = /^\s*(?:query|mutation|subscription) (\w+)/.exec(text)?.[1] ?? '';
          const documentId = ids.get(name);
          if (documentId === undefined) this.error(`the document "${name}" has no id: run npm run codegen`);
          return JSON.stringify({ kind: 'Document', definitions: [], documentId });
        });
        if (/\bgraphql\(/.test(replaced)) this.error('each call of graphql() must have one literal document');
        return { code: replaced.replace(/^import \{ graphql \} from .*$/m, ''), map: null };
      },
    },
  };
}

/**
 * What urql needs of its parser and printer of documents, which are a tenth of the first view. Documents have no text here (see above), so nothing is
 * parsed or printed.
 */
const withoutSyntax = `
  export const Kind = { NAME: 'Name', DOCUMENT: 'Document', OPERATION_DEFINITION: 'OperationDefinition', FIELD: 'Field', FRAGMENT_DEFINITION: 'FragmentDefinition' };
  export class GraphQLError extends Error {
    constructor(message, nodes, source, positions, path, originalError, extensions) {
      super(message);
      Object.assign(this, { name: 'GraphQLError', path, originalError, extensions: extensions ?? {} });
    }
  }
  export const print = () => '';
  export const parse = () => { throw new Error('the page knows documents by their ids only'); };
`;

function noSyntax(): Plugin {
  return {
    name: 'no-syntax',
    apply: 'build',
    load: {
      filter: { id: /@0no-co\/graphql\.web\/dist\/graphql\.web\.mjs$/ },
      handler: () => withoutSyntax,
    },
  };
}

/** What is bundled instead of modules of banana-i18n. */
const leanBanana: Readonly<Record<string, string>> = {
  // Only English: the rules of other languages come with their catalogues.
  'languages/index.js': "import language from './language.js'; export default { default: language };",
  'languages/fallbacks.json': 'export default {};',
  'languages/digit-transform.json': 'export default {};',
  // Its parser reads a message again each time, and knows HTML, which no message contains.
  'ast.js': `export { messageSyntax as default } from ${JSON.stringify(join(folder, 'i18n/message-syntax.ts'))};`,
};

/** What the template `{{bidi:}}` needs, which no message uses (i18n/catalogue.test.ts): a table of the direction of each letter. */
const bidiTemplate = [
  /const strongDirRegExp = new RegExp\([\s\S]*?\n\)\n/,
  / {2}bidi \(nodes\) \{[\s\S]*?\n {2}\}\n/,
  /function strongDirFromContent \(text\) \{[\s\S]*?\n\}\n/,
];

/** Leaves out of banana-i18n what the page does not need. */
function smallBanana(): Plugin {
  return {
    name: 'small-banana',
    apply: 'build',
    load: {
      filter: {
        id: /banana-i18n\/src\/(?:languages\/(?:index\.js|fallbacks\.json|digit-transform\.json)|ast\.js)$/,
      },
      handler(id) {
        const code = leanBanana[id.replace(/.*\/banana-i18n\/src\//, '')];
        return code === undefined ? null : { code, moduleType: 'js' };
      },
    },
    transform: {
      filter: { id: /banana-i18n\/src\/emitter\.js$/ },
      handler(code) {
        const rest = bidiTemplate.reduce((before, part) => {
          const after = before.replace(part, '');
          if (after === before) this.error(`banana-i18n has changed: nothing in its emitter matches ${part}`);
          return after;
        }, code);
        return { code: rest, map: null };
      },
    },
  };
}

export default defineConfig(({ command }) => ({
  root: folder,
  base: '/',
  // One build serves any base path: scripts and sheets name other files relative to themselves, and the server completes index.html.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  resolve: {
    // The sources of the package, so that the languages it supports can be left out.
    alias: {
      'banana-i18n': fileURLToPath(import.meta.resolve('banana-i18n').replace(/dist\/.*/, 'src/index.js')),
    },
  },
  plugins: [
    documentsById(),
    noSyntax(),
    smallBanana(),
    darkTokens(),
    preact({ devToolsEnabled: false, prefreshEnabled: true }),
    layerOrder(),
    separateScripts(),
    compiledEarly((module) => pageOf(module) !== undefined),
    preloads(),
    compressed(),
  ],
  css: { postcss: { plugins: [logicalSides(), ...(command === 'build' ? [usedStyle(folder)] : [])] } },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // Nothing inline: the content security policy allows only files of our own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // The build reads the maps to name the packages whose code it contains. The server sends no maps, so no file names one.
    sourcemap: 'hidden',
    rolldownOptions: {
      // The service worker keeps its name: browsers look there for a new one.
      input: {
        index: fileURLToPath(new URL('index.html', import.meta.url)),
        'service-worker': fileURLToPath(new URL('service-worker.ts', import.meta.url)),
      },
      output: {
        // Nearly all of this is part of the first view: few files compress better than thirty. Each is a task of the browser (separate-tasks.ts).
        codeSplitting: {
          groups: [
            // Runs before the others have arrived, with all that it imports.
            { name: 'early', test: /client\/web\/early\.ts$/, priority: 3 },
            {
              name: 'library',
              test: /node_modules\/(?:preact|@preact|@urql|wonka|banana-i18n|graphql-ws|@0no-co)\//,
              priority: 2,
            },
            {
              name: 'shared',
              test: /client\/web\/(?:parts|state|connection|i18n|header)\/(?!push\.ts)/,
            },
          ],
        },
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: {
    // Only what is not a page: /sign-in and /jobs/N are pages too, and the server answers those with index.html.
    proxy: {
      '/graphql': { ...proxied, ws: true, rewriteWsOrigin: true },
      '/sign-out': proxied,
      '^/device/.': proxied,
      '^/jobs/[0-9]+/log\\.txt$': proxied,
      '^/sign-in/.': proxied,
      '/sign-in': {
        ...proxied,
        bypass: (request) => (request.method === 'POST' ? undefined : '/index.html'),
      },
    },
  },
}));
