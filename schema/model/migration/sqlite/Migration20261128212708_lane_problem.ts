import { Migration } from '@mikro-orm/migrations';

export class Migration20261128212708_lane_problem extends Migration {
  override name = 'Migration20261128212708_lane_problem';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`runner\` add column \`lane_problem\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`runner\` drop column \`lane_problem\`;`);
  }
}
