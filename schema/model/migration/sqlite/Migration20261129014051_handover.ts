import { Migration } from '@mikro-orm/migrations';

export class Migration20261129014051_handover extends Migration {
  override name = 'Migration20261129014051_handover';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`job_watcher\` (\`id\` integer not null primary key autoincrement, \`job_id\` integer not null, \`user_id\` integer not null, \`server\` text not null, \`since\` bigint not null, \`seen_at\` bigint not null, constraint \`job_watcher_job_id_foreign\` foreign key (\`job_id\`) references \`job\` (\`id\`) on delete cascade, constraint \`job_watcher_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`job_watcher_job_id_index\` on \`job_watcher\` (\`job_id\`);`);
    this.addSql(`create index \`job_watcher_user_id_index\` on \`job_watcher\` (\`user_id\`);`);
    this.addSql(
      `create unique index \`job_watcher_server\` on \`job_watcher\` (\`job_id\`, \`user_id\`, \`server\`);`,
    );

    this.addSql(
      `alter table \`job\` add column \`responsible_id\` integer null constraint \`job_responsible_id_foreign\` references \`account\` (\`id\`) on delete set null;`,
    );
    this.addSql(`create index \`job_responsible_id_index\` on \`job\` (\`responsible_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`job_watcher\`;`);

    this.addSql(`drop index \`job_responsible_id_index\`;`);
    this.addSql(`alter table \`job\` drop column \`responsible_id\`;`);
  }
}
