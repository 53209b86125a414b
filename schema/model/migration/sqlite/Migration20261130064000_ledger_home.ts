import { Migration } from '@mikro-orm/migrations';

export class Migration20261130064000_ledger_home extends Migration {
  override name = 'Migration20261130064000_ledger_home';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`ledger\` add column \`home\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`ledger\` drop column \`home\`;`);
  }
}
