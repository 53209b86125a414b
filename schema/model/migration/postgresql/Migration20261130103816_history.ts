import { Migration } from '@mikro-orm/migrations';

/** Empty: its statements locked the jobs for too long, and moved to the migration `search`, which also changes a database that ran them here. */
export class Migration20261130103816_history extends Migration {
  override name = 'Migration20261130103816_history';

  override up(): void {}

  override down(): void {}
}
