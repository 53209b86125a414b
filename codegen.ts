// Owns the configuration of graphql-codegen, which writes client/generated from the schema and the documents of clients.
import type { CodegenConfig } from '@graphql-codegen/cli';

/** Used by `npm run codegen`. The output is committed, and `npm run check` fails if it is not current. */
const config: CodegenConfig = {
  schema: 'schema/graphql/schema.graphql',
  documents: ['client/**/*.{ts,tsx}', '!client/generated/**', '!client/**/*.test.{ts,tsx}'],
  generates: {
    'client/generated/': {
      preset: 'client',
      // Fragments are not masked: each document has one reader, and masking would add a cast in each component.
      // The web client sends the hash of a document, and the server accepts only those in the manifest (docs/decisions/0029-trusted-documents.md).
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string' },
        emitLegacyCommonJSImports: false,
        importExtension: '.ts',
        avoidOptionals: { field: true },
        // Documents request __typename where they need it.
        skipTypename: true,
      },
    },
    // The typed Python of an example, and the proof that tools in other languages need only the schema.
    'examples/python/spiderpig_api.py': {
      documents: 'examples/python/operations.graphql',
      plugins: ['./tools/python-client.ts'],
    },
  },
};

export default config;
