import { Migration } from '@mikro-orm/migrations';

export class Migration20261124211952_log extends Migration {
  override name = 'Migration20261124211952_log';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`audit_entry\` (\`id\` integer not null primary key autoincrement, \`at\` bigint not null, \`user_id\` integer not null, \`action\` text not null, \`job_id\` integer null, \`detail\` text not null, constraint \`audit_entry_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`));`,
    );
    this.addSql(`create index \`audit_entry_user_id_index\` on \`audit_entry\` (\`user_id\`);`);

    this.addSql(`alter table \`job\` add column \`compacted_at\` bigint null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`audit_entry\`;`);

    this.addSql(`alter table \`job\` drop column \`compacted_at\`;`);
  }
}
