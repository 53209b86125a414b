// Main: writes the access rights of the schema and of the paths of the server to docs/rights.md; with --check only checks that the file is current (exit status 1 if not). Fails if a field has no rule.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accessOf, accessTable, FieldWithoutRule } from '../schema/graphql/access.ts';
import { schema } from '../schema/graphql/schema.ts';
import { routeTable } from '../server/route-access.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = join(import.meta.dirname, '..', 'docs', 'rights.md');
try {
  const table = `${accessTable(await accessOf(schema))}\n${routeTable()}`;
  if (!values.check) {
    writeFileSync(file, table);
  } else if (readFileSync(file, 'utf8') !== table) {
    console.error('docs/rights.md is not current: run `node tools/rights.ts`');
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof FieldWithoutRule)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
