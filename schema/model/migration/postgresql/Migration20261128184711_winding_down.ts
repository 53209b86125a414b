import { Migration } from '@mikro-orm/migrations';

export class Migration20261128184711_winding_down extends Migration {
  override name = 'Migration20261128184711_winding_down';

  override up(): void | Promise<void> {
    this.addSql(`alter table "job" add "remaining" jsonb null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "job" drop column "remaining";`);
  }
}
