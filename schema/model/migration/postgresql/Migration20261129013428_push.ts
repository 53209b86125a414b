import { Migration } from '@mikro-orm/migrations';

export class Migration20261129013428_push extends Migration {
  override name = 'Migration20261129013428_push';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "push_subscription" ("id" serial primary key, "user_id" int not null, "session_id" int not null, "endpoint" text not null, "p256dh" text not null, "auth" text not null, "reach" text not null, "created_at" bigint not null);`,
    );
    this.addSql(`create index "push_subscription_user_id_index" on "push_subscription" ("user_id");`);
    this.addSql(`create index "push_subscription_session_id_index" on "push_subscription" ("session_id");`);
    this.addSql(
      `alter table "push_subscription" add constraint "push_subscription_endpoint_unique" unique ("endpoint");`,
    );

    this.addSql(
      `create table "vapid_key" ("id" serial primary key, "public_key" text not null, "private_key" text not null, "created_at" bigint not null);`,
    );

    this.addSql(`alter table "interaction" add "escalated_at" bigint null;`);

    this.addSql(
      `alter table "push_subscription" add constraint "push_subscription_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "push_subscription" add constraint "push_subscription_session_id_foreign" foreign key ("session_id") references "session" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "push_subscription" cascade;`);
    this.addSql(`drop table if exists "vapid_key" cascade;`);

    this.addSql(`alter table "interaction" drop column "escalated_at";`);
  }
}
