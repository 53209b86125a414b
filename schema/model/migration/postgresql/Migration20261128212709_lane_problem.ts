import { Migration } from '@mikro-orm/migrations';

export class Migration20261128212709_lane_problem extends Migration {
  override name = 'Migration20261128212709_lane_problem';

  override up(): void | Promise<void> {
    this.addSql(`alter table "runner" add "lane_problem" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "runner" drop column "lane_problem";`);
  }
}
