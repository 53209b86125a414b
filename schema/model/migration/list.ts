// Owns the lists of migrations of both dialects.
import type { Dialect } from '../store/database.ts';
import type { ListedMigration } from './listed-migration.ts';
import { migrations as postgresql } from './postgresql/list.ts';
import { migrations as sqlite } from './sqlite/list.ts';

/** All migrations of this version, in the order in which they run. */
export const listedMigrations: Readonly<Record<Dialect, readonly ListedMigration[]>> = { sqlite, postgresql };
