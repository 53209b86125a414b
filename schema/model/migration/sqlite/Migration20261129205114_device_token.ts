import { Migration } from '@mikro-orm/migrations';

export class Migration20261129205114_device_token extends Migration {
  override name = 'Migration20261129205114_device_token';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`device_request\` add column \`token\` integer null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`device_request\` drop column \`token\`;`);
  }
}
