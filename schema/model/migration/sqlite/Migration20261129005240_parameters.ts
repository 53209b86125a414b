import { Migration } from '@mikro-orm/migrations';

export class Migration20261129005240_parameters extends Migration {
  override name = 'Migration20261129005240_parameters';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`job\` add column \`parameters\` json null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`job\` drop column \`parameters\`;`);
  }
}
