// Main: writes client/generated and the typed Python of an example from the schema and the documents of clients; with --check only checks that they are current (exit status 1 if not).
// It calls graphql-codegen as a library, because the command line of graphql-codegen brings a quarter of all packages.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { gqlPluckFromCodeStringSync } from '@graphql-tools/graphql-tag-pluck';
import { buildSchema, type DocumentNode, parse } from 'graphql';
import { pythonModuleOf } from './tools/python-client.ts';

/** A document, as graphql-codegen reads it. */
interface Source {
  /** The path of its file. */
  readonly location: string;
  readonly document: DocumentNode;
  readonly rawSDL: string;
}

const root = import.meta.dirname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sdl = read('schema/graphql/schema.graphql');
const schemaAst = buildSchema(sdl, { assumeValidSDL: true });
const schema = parse(sdl);

/** The documents in the sources of all clients. */
function clientDocuments(): Source[] {
  return globSync('client/**/*.{ts,tsx}', { cwd: root, exclude: ['client/generated/**', '**/*.test.*'] })
    .toSorted()
    .flatMap((location) =>
      gqlPluckFromCodeStringSync(location, read(location), { skipIndent: true }).map(({ body }) => ({
        location,
        document: parse(body),
        rawSDL: body,
      })),
    );
}

const config = {
  useTypeImports: true,
  enumsAsTypes: true,
  strictScalars: true,
  scalars: { DateTime: 'string' },
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  avoidOptionals: { field: true },
  // Documents request __typename where they need it.
  skipTypename: true,
} as const;

/** The files of client/generated. */
async function clientFiles(): Promise<Map<string, string>> {
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: 'client/generated/',
    // Fragments are not masked: each document has one reader, and masking would add a cast in each component.
    // The web client sends the hash of a document, and the server accepts only those in the manifest (docs/decisions/0029-trusted-documents.md).
    presetConfig: {
      fragmentMasking: false,
      skipIndexFile: true,
      persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
    },
    schema,
    schemaAst,
    documents: clientDocuments(),
    config,
    plugins: [],
    pluginMap: {},
  });
  // At the same time, because the manifest waits for the hashes that are made with the types.
  return new Map(
    await Promise.all(
      sections.map(
        async (section): Promise<[string, string]> => [
          section.filename,
          await codegen({ ...section, schemaAst, importExtension: '.ts', emitLegacyCommonJSImports: false }),
        ],
      ),
    ),
  );
}

/** The typed Python of an example, and the proof that tools in other languages need only the schema. */
const pythonModule = (): string =>
  pythonModuleOf(schemaAst, parse(read('examples/python/operations.graphql')));

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const files = (await clientFiles()).set('examples/python/spiderpig_api.py', pythonModule());
for (const [path, text] of files) {
  if (existsSync(join(root, path)) && read(path) === text) continue;
  if (values.check) {
    console.error(`${path} is not current: run \`npm run codegen\``);
    process.exitCode = 1;
  } else {
    writeFileSync(join(root, path), text);
  }
}
