import { Migration } from '@mikro-orm/migrations';

export class Migration20261129054956_error_watch extends Migration {
  override name = 'Migration20261129054956_error_watch';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`error_watch\` (\`id\` integer not null primary key autoincrement, \`job_id\` integer not null, \`state\` text not null, \`decided_at\` bigint not null, \`until\` bigint not null, \`text\` text not null, \`figures\` json not null, constraint \`error_watch_job_id_foreign\` foreign key (\`job_id\`) references \`job\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`error_watch_job_id_index\` on \`error_watch\` (\`job_id\`);`);
    this.addSql(`create unique index \`error_watch_job_id_unique\` on \`error_watch\` (\`job_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`error_watch\`;`);
  }
}
