import { Migration } from '@mikro-orm/migrations';

export class Migration20261130143709_search extends Migration {
  override name = 'Migration20261130143709_search';

  override up(): void | Promise<void> {
    this.addSql(`create index "job_kind" on "job" ("kind", "id") where "removed_at" is null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`job_kind\`;`);
  }
}
