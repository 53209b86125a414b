import { Migration } from '@mikro-orm/migrations';

export class Migration20261124211952_log extends Migration {
  override name = 'Migration20261124211952_log';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_entry" ("id" serial primary key, "at" bigint not null, "user_id" int not null, "action" text not null, "job_id" int null, "detail" text not null);`,
    );
    this.addSql(`create index "audit_entry_user_id_index" on "audit_entry" ("user_id");`);

    this.addSql(`alter table "job" add "compacted_at" bigint null;`);

    // Bodies are compressed by whoever writes them, as far as it is worth it: PostgreSQL would try in vain, and slowly.
    this.addSql(`alter table "log_chunk" alter column "body" set storage external;`);

    this.addSql(
      `alter table "audit_entry" add constraint "audit_entry_user_id_foreign" foreign key ("user_id") references "account" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "audit_entry" cascade;`);

    this.addSql(`alter table "job" drop column "compacted_at";`);

    this.addSql(`alter table "log_chunk" alter column "body" set storage extended;`);
  }
}
