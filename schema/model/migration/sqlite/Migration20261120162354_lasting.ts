import { Migration } from '@mikro-orm/migrations';

export class Migration20261120162354_lasting extends Migration {
  override name = 'Migration20261120162354_lasting';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`clean_up\` (\`id\` integer not null primary key autoincrement, \`started_at\` bigint not null, \`finished_at\` bigint null, \`jobs\` integer not null, \`lines\` bigint not null, \`bytes\` bigint not null);`,
    );

    this.addSql(`alter table \`runner\` drop column \`pid\`;`);
    this.addSql(`alter table \`runner\` add column \`process\` json null;`);

    this.addSql(`alter table \`job\` add column \`supervision\` integer null;`);
    this.addSql(`alter table \`job\` add column \`behind_since\` bigint null;`);
    this.addSql(`alter table \`job\` add column \`removed_at\` bigint null;`);

    this.addSql(`alter table \`interaction\` add column \`line_number\` integer null;`);
    this.addSql(`create unique index \`interaction_line\` on \`interaction\` (\`job_id\`, \`line_number\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`clean_up\`;`);

    this.addSql(`drop index \`interaction_line\`;`);
    this.addSql(`alter table \`interaction\` drop column \`line_number\`;`);

    this.addSql(`alter table \`job\` drop column \`supervision\`;`);
    this.addSql(`alter table \`job\` drop column \`behind_since\`;`);
    this.addSql(`alter table \`job\` drop column \`removed_at\`;`);

    this.addSql(`alter table \`runner\` drop column \`process\`;`);
    this.addSql(`alter table \`runner\` add column \`pid\` integer not null;`);
  }
}
