import { Migration } from '@mikro-orm/migrations';

export class Migration20261129004738_stages extends Migration {
  override name = 'Migration20261129004738_stages';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`job_stage\` (\`id\` integer not null primary key autoincrement, \`job_id\` integer not null, \`name\` text not null, \`started_at\` bigint not null, \`finished_at\` bigint null, \`waited\` bigint not null default '0', constraint \`job_stage_job_id_foreign\` foreign key (\`job_id\`) references \`job\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`job_stage_job_id_index\` on \`job_stage\` (\`job_id\`);`);
    this.addSql(`create unique index \`job_stage_name\` on \`job_stage\` (\`job_id\`, \`name\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`job_stage\`;`);
  }
}
