import { Migration } from '@mikro-orm/migrations';

export class Migration20261120162354_lasting extends Migration {
  override name = 'Migration20261120162354_lasting';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "clean_up" ("id" serial primary key, "started_at" bigint not null, "finished_at" bigint null, "jobs" int not null, "lines" bigint not null, "bytes" bigint not null);`,
    );

    this.addSql(`alter table "runner" drop column "pid";`);
    this.addSql(`alter table "runner" add "process" jsonb null;`);

    this.addSql(
      `alter table "job" add "supervision" int null, add "behind_since" bigint null, add "removed_at" bigint null;`,
    );

    this.addSql(`alter table "interaction" add "line_number" int null;`);
    this.addSql(
      `alter table "interaction" add constraint "interaction_line" unique ("job_id", "line_number");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "clean_up" cascade;`);

    this.addSql(`alter table "interaction" drop constraint "interaction_line";`);
    this.addSql(`alter table "interaction" drop column "line_number";`);

    this.addSql(
      `alter table "job" drop column "supervision", drop column "behind_since", drop column "removed_at";`,
    );

    this.addSql(`alter table "runner" drop column "process";`);
    this.addSql(`alter table "runner" add "pid" int not null;`);
  }
}
