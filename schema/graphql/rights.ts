// Main: writes the access rights of the schema to docs/rights.md; with --check only checks that the file is current (exit status 1 if not). Fails if a field has no rule.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accessOf, accessTable, FieldWithoutRule } from './access.ts';
import { schema } from './schema.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = join(import.meta.dirname, '..', '..', 'docs', 'rights.md');
try {
  const table = accessTable(await accessOf(schema));
  if (!values.check) {
    writeFileSync(file, table);
  } else if (readFileSync(file, 'utf8') !== table) {
    console.error('docs/rights.md is not current: run `node schema/graphql/rights.ts`');
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof FieldWithoutRule)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
