import { Migration } from '@mikro-orm/migrations';

export class Migration20261128220211_leases extends Migration {
  override name = 'Migration20261128220211_leases';

  override up(): void | Promise<void> {
    this.addSql(`alter table "runner" add "not_responding_since" bigint null;`);

    this.addSql(`alter table "job" add "lease_at" bigint null, add "not_responding_since" bigint null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "job" drop column "lease_at", drop column "not_responding_since";`);

    this.addSql(`alter table "runner" drop column "not_responding_since";`);
  }
}
