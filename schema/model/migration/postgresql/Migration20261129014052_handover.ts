import { Migration } from '@mikro-orm/migrations';

export class Migration20261129014052_handover extends Migration {
  override name = 'Migration20261129014052_handover';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "job_watcher" ("id" serial primary key, "job_id" int not null, "user_id" int not null, "server" text not null, "since" bigint not null, "seen_at" bigint not null);`,
    );
    this.addSql(
      `alter table "job_watcher" add constraint "job_watcher_server" unique ("job_id", "user_id", "server");`,
    );

    this.addSql(`alter table "job" add "responsible_id" int null;`);
    this.addSql(
      `alter table "job" add constraint "job_responsible_id_foreign" foreign key ("responsible_id") references "account" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "job_watcher" add constraint "job_watcher_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "job_watcher" add constraint "job_watcher_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "job_watcher" cascade;`);

    this.addSql(`alter table "job" drop constraint "job_responsible_id_foreign";`);

    this.addSql(`alter table "job" drop column "responsible_id";`);
  }
}
