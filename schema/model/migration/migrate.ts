// Main: writes the next migration of both dialects from the entities (`npm run migration -- NAME`). Running migrations is migration.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from './migration.ts';
import { openForMigration } from './migrator.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { postgresql: { type: 'string' } },
});
const name = positionals[0];
if (!name || !values.postgresql) {
  console.error(
    'usage: npm run migration -- NAME --postgresql URL   (an empty PostgreSQL database to compare with)',
  );
  process.exit(2);
}
const directory = mkdtempSync(join(tmpdir(), 'spiderpig-migration-'));
try {
  for (const [dialect, url] of [
    ['sqlite', `sqlite:${join(directory, 'spiderpig.sqlite')}`],
    ['postgresql', values.postgresql],
  ] as const) {
    await migrate(url);
    await using authoring = await openForMigration(url, dialect, {
      directory: join(import.meta.dirname, dialect),
    });
    const { fileName } = await authoring.migrator.create(undefined, false, false, name);
    console.log(fileName ? `${dialect}: ${fileName} (add it to list.ts)` : `${dialect}: nothing to change`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
