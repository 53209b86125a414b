import { Migration } from '@mikro-orm/migrations';

export class Migration20261129055302_device_request extends Migration {
  override name = 'Migration20261129055302_device_request';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "device_request" ("id" serial primary key, "device_hash" text not null, "user_code_hash" text not null, "client" text not null, "host" text not null, "address" text null, "scope" text not null, "created_at" bigint not null, "expires_at" bigint not null, "interval" int not null, "polled_at" bigint null, "decision" text null, "decided_at" bigint null, "user_id" int null, "redeemed_at" bigint null);`,
    );
    this.addSql(
      `alter table "device_request" add constraint "device_request_device_hash_unique" unique ("device_hash");`,
    );
    this.addSql(
      `alter table "device_request" add constraint "device_request_user_code_hash_unique" unique ("user_code_hash");`,
    );
    this.addSql(`create index "device_request_expires_at_index" on "device_request" ("expires_at");`);

    this.addSql(
      `alter table "device_request" add constraint "device_request_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "device_request" cascade;`);
  }
}
