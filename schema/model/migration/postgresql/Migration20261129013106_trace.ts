import { Migration } from '@mikro-orm/migrations';

export class Migration20261129013106_trace extends Migration {
  override name = 'Migration20261129013106_trace';

  override up(): void | Promise<void> {
    this.addSql(`alter table "job" add "trace" text null;`);

    this.addSql(`alter table "interaction" add "trace" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "interaction" drop column "trace";`);

    this.addSql(`alter table "job" drop column "trace";`);
  }
}
