import { Migration } from '@mikro-orm/migrations';

export class Migration20261128223930_queue_place extends Migration {
  override name = 'Migration20261128223930_queue_place';

  override up(): void | Promise<void> {
    this.addSql(`alter table "job" add "queue_place" int null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "job" drop column "queue_place";`);
  }
}
