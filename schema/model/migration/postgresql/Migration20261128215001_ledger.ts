import { Migration } from '@mikro-orm/migrations';

export class Migration20261128215001_ledger extends Migration {
  override name = 'Migration20261128215001_ledger';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "ledger" ("id" serial primary key, "token" text not null, "kind" text not null, "job_id" int not null, "at" bigint not null);`,
    );
    // The first row identifies the database.
    this.addSql(
      `insert into ledger (token, kind, job_id, at) values (gen_random_uuid()::text, 'origin', coalesce((select max(id) from job), 0), (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "ledger" cascade;`);
  }
}
