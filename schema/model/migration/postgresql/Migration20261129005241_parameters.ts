import { Migration } from '@mikro-orm/migrations';

export class Migration20261129005241_parameters extends Migration {
  override name = 'Migration20261129005241_parameters';

  override up(): void | Promise<void> {
    this.addSql(`alter table "job" add "parameters" jsonb null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "job" drop column "parameters";`);
  }
}
