import { Migration } from '@mikro-orm/migrations';

export class Migration20261129005324_webhooks extends Migration {
  override name = 'Migration20261129005324_webhooks';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "event" ("id" serial primary key, "token" text not null, "kind" text not null, "at" bigint not null, "job_id" int null, "interaction_id" int null, "data" jsonb not null, "dispatched_at" bigint null);`,
    );
    this.addSql(`create index "event_at" on "event" ("at");`);
    this.addSql(`create index "event_undispatched" on "event" ("id") where "dispatched_at" is null;`);

    this.addSql(
      `create table "webhook" ("id" serial primary key, "name" text not null, "url" text not null, "secret" text not null, "events" jsonb not null, "format" text not null, "template" text null, "created_at" bigint not null, "failing_since" bigint null, "disabled_at" bigint null, "disabled_reason" text null, "claimed_until" bigint null);`,
    );

    this.addSql(
      `create table "webhook_delivery" ("id" serial primary key, "webhook_id" int not null, "event_id" int not null, "state" text not null, "created_at" bigint not null, "attempts" int not null, "next_attempt_at" bigint null, "attempted_at" bigint null, "duration" int null, "status" int null, "response" text null, "problem" text null, "replay_of" int null);`,
    );
    this.addSql(`create index "webhook_delivery_webhook_id_index" on "webhook_delivery" ("webhook_id");`);
    this.addSql(`create index "webhook_delivery_event_id_index" on "webhook_delivery" ("event_id");`);
    this.addSql(
      `create index "webhook_delivery_due" on "webhook_delivery" ("webhook_id", "next_attempt_at") where "state" = 'pending';`,
    );

    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_webhook_id_foreign" foreign key ("webhook_id") references "webhook" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_event_id_foreign" foreign key ("event_id") references "event" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "webhook_delivery" drop constraint "webhook_delivery_event_id_foreign";`);
    this.addSql(`alter table "webhook_delivery" drop constraint "webhook_delivery_webhook_id_foreign";`);

    this.addSql(`drop table if exists "event" cascade;`);
    this.addSql(`drop table if exists "webhook" cascade;`);
    this.addSql(`drop table if exists "webhook_delivery" cascade;`);
  }
}
