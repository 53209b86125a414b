// Owns how client documents become types: schema in, client/generated out. Owns no operation and no type itself.
import type { CodegenConfig } from '@graphql-codegen/cli';

/** Run with `graphql-codegen --config codegen.ts`; the output is committed, and a check runs this again and compares. */
const config: CodegenConfig = {
  schema: 'schema/graphql/schema.graphql',
  documents: ['client/**/*.{ts,tsx}', '!client/generated/**', '!client/**/*.test.{ts,tsx}'],
  generates: {
    'client/generated/': {
      preset: 'client',
      // One reader for each document: masking fragments would only add a cast at each component.
      // And the hash of each, by which the page names it; the manifest of them is what a page may send (docs/decisions/0029-trusted-documents.md).
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
        // Documents ask for __typename where a union needs it, and nothing adds it behind their back.
        skipTypename: true,
      },
    },
  },
};

export default config;
