// Main: prints the schema to schema.graphql; with --check only checks that the file is current (exit status 1 if not).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = join(import.meta.dirname, 'schema.graphql');
const printed = `# Printed by schema/graphql/print.ts from the modules beside it. Do not edit.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;

if (!values.check) {
  writeFileSync(file, printed);
} else if (readFileSync(file, 'utf8') !== printed) {
  console.error('schema/graphql/schema.graphql is not current: run `node schema/graphql/print.ts`');
  process.exitCode = 1;
}
