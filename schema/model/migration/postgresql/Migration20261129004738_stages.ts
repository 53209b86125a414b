import { Migration } from '@mikro-orm/migrations';

export class Migration20261129004738_stages extends Migration {
  override name = 'Migration20261129004738_stages';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "job_stage" ("id" serial primary key, "job_id" int not null, "name" text not null, "started_at" bigint not null, "finished_at" bigint null, "waited" bigint not null default '0');`,
    );
    this.addSql(`alter table "job_stage" add constraint "job_stage_name" unique ("job_id", "name");`);

    this.addSql(
      `alter table "job_stage" add constraint "job_stage_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "job_stage" cascade;`);
  }
}
