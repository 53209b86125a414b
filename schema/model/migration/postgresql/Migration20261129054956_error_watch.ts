import { Migration } from '@mikro-orm/migrations';

export class Migration20261129054956_error_watch extends Migration {
  override name = 'Migration20261129054956_error_watch';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "error_watch" ("id" serial primary key, "job_id" int not null, "state" text not null, "decided_at" bigint not null, "until" bigint not null, "text" text not null, "figures" jsonb not null);`,
    );
    this.addSql(`alter table "error_watch" add constraint "error_watch_job_id_unique" unique ("job_id");`);

    this.addSql(
      `alter table "error_watch" add constraint "error_watch_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "error_watch" cascade;`);
  }
}
