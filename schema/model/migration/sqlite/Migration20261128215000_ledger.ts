import { Migration } from '@mikro-orm/migrations';

export class Migration20261128215000_ledger extends Migration {
  override name = 'Migration20261128215000_ledger';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`ledger\` (\`id\` integer not null primary key autoincrement, \`token\` text not null, \`kind\` text not null, \`job_id\` integer not null, \`at\` bigint not null);`,
    );
    // The first row identifies the database.
    this.addSql(
      `insert into ledger (token, kind, job_id, at) values (lower(hex(randomblob(12))), 'origin', coalesce((select max(id) from job), 0), unixepoch() * 1000)`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`ledger\`;`);
  }
}
