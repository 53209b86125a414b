import { Migration } from '@mikro-orm/migrations';

export class Migration20261128183159_outcome extends Migration {
  override name = 'Migration20261128183159_outcome';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`job\` add column \`outcome\` text null;`);
    this.addSql(`alter table \`job\` add column \`last_status\` text null;`);
    this.addSql(`alter table \`job\` add column \`last_error\` json null;`);
    this.addSql(`alter table \`job\` add column \`command\` json null;`);

    this.addSql(`alter table \`interaction\` add column \`key\` text null;`);

    // Of a job that ended before, only the state is known.
    this.addSql(
      `update \`job\` set \`outcome\` = case \`state\` when 'succeeded' then 'deployed' else \`state\` end where \`state\` in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled');`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`interaction\` drop column \`key\`;`);

    this.addSql(`alter table \`job\` drop column \`outcome\`;`);
    this.addSql(`alter table \`job\` drop column \`last_status\`;`);
    this.addSql(`alter table \`job\` drop column \`last_error\`;`);
    this.addSql(`alter table \`job\` drop column \`command\`;`);
  }
}
