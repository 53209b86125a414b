import { Migration } from '@mikro-orm/migrations';

export class Migration20261129063514_clean_up_problem extends Migration {
  override name = 'Migration20261129063514_clean_up_problem';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`runner\` add column \`clean_up_problem\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`runner\` drop column \`clean_up_problem\`;`);
  }
}
