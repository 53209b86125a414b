// Owns the form of a row in the lists of migrations.
import type { Migration } from '@mikro-orm/migrations';

/** A migration whose code is loaded when it has to run, because that loads a library that most starts do not need. */
export interface ListedMigration {
  readonly name: string;
  /** Whether each of its statements is a transaction, so that it locks tables only for moments. It can be repeated after an interruption. */
  readonly isOnline?: boolean;
  readonly load: () => Promise<new (...args: ConstructorParameters<typeof Migration>) => Migration>;
}
