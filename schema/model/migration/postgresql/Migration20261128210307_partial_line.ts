import { Migration } from '@mikro-orm/migrations';

export class Migration20261128210307_partial_line extends Migration {
  override name = 'Migration20261128210307_partial_line';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "partial_line" ("job_id" int not null, "number" int not null, "at" bigint not null, "text" text not null, "sensitive" boolean not null, primary key ("job_id"));`,
    );

    this.addSql(
      `alter table "partial_line" add constraint "partial_line_job_id_foreign" foreign key ("job_id") references "job" ("id") on update cascade on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "partial_line" cascade;`);
  }
}
