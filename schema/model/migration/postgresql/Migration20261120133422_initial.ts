import { Migration } from '@mikro-orm/migrations';

export class Migration20261120133422_initial extends Migration {
  override name = 'Migration20261120133422_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "runner" ("id" text not null, "host" text not null, "lanes" jsonb not null, "pid" int not null, "started_at" bigint not null, "seen_at" bigint not null, "left_at" bigint null, "scap" text not null, "simulated" boolean not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "account" ("id" serial primary key, "name" text not null, "created_at" bigint not null);`,
    );
    this.addSql(`alter table "account" add constraint "account_name_unique" unique ("name");`);

    this.addSql(
      `create table "sign_in_link" ("id" serial primary key, "code_hash" text not null, "user_id" int not null, "role" text not null, "created_at" bigint not null, "expires_at" bigint not null, "redeemed_at" bigint null);`,
    );
    this.addSql(
      `alter table "sign_in_link" add constraint "sign_in_link_code_hash_unique" unique ("code_hash");`,
    );

    this.addSql(
      `create table "session" ("id" serial primary key, "secret_hash" text not null, "page_key_hash" text not null, "user_id" int not null, "role" text not null, "created_at" bigint not null, "last_used_at" bigint not null, "ended_at" bigint null);`,
    );
    this.addSql(`alter table "session" add constraint "session_secret_hash_unique" unique ("secret_hash");`);

    this.addSql(
      `create table "job" ("id" serial primary key, "kind" text not null, "state" text not null, "lane" text not null, "changes" jsonb not null, "title" text not null, "owner_id" int not null, "idempotency_key" text null, "retry_of" int null, "queued_at" bigint not null, "started_at" bigint null, "finished_at" bigint null, "status" text null, "progress" jsonb null, "exit_status" int null, "exit_signal" text null, "reason" text null, "runner" text null, "supervisor" jsonb null, "child" jsonb null, "revision" int not null);`,
    );
    this.addSql(
      `create unique index "job_lane_active" on "job" ("lane") where "state" in ('starting', 'running', 'waiting', 'stopping');`,
    );
    this.addSql(`create index "job_state" on "job" ("state");`);
    this.addSql(`alter table "job" add constraint "job_idempotency" unique ("owner_id", "idempotency_key");`);

    this.addSql(
      `create table "stop" ("id" serial primary key, "job_id" int not null, "mode" text not null, "requested_by_id" int not null, "requested_at" bigint not null, "handled_at" bigint null);`,
    );
    this.addSql(`create index "stop_job_id_index" on "stop" ("job_id");`);

    this.addSql(
      `create table "log_chunk" ("job_id" int not null, "first_number" int not null, "line_count" int not null, "at" bigint not null, "body" bytea not null, primary key ("job_id", "first_number"));`,
    );

    this.addSql(
      `create table "interaction" ("id" serial primary key, "job_id" int not null, "kind" text not null, "prompt" text not null, "choices" jsonb not null, "default" text null, "asked_at" bigint not null, "answer" text null, "answered_by_id" int null, "answered_at" bigint null, "delivered_at" bigint null, "closed_at" bigint null);`,
    );
    this.addSql(`create index "interaction_job_id_index" on "interaction" ("job_id");`);
    this.addSql(
      `create unique index "interaction_open" on "interaction" ("job_id") where "answered_at" is null and "closed_at" is null;`,
    );

    this.addSql(
      `create table "api_token" ("id" serial primary key, "name" text not null, "hash" text not null, "scope" text not null, "user_id" int not null, "created_at" bigint not null, "expires_at" bigint not null, "last_used_at" bigint null, "revoked_at" bigint null);`,
    );
    this.addSql(`alter table "api_token" add constraint "api_token_hash_unique" unique ("hash");`);

    this.addSql(
      `alter table "sign_in_link" add constraint "sign_in_link_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "session" add constraint "session_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "job" add constraint "job_owner_id_foreign" foreign key ("owner_id") references "account" ("id");`,
    );

    this.addSql(
      `alter table "stop" add constraint "stop_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "stop" add constraint "stop_requested_by_id_foreign" foreign key ("requested_by_id") references "account" ("id");`,
    );

    this.addSql(
      `alter table "log_chunk" add constraint "log_chunk_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "interaction" add constraint "interaction_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "interaction" add constraint "interaction_answered_by_id_foreign" foreign key ("answered_by_id") references "account" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "api_token" add constraint "api_token_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "sign_in_link" drop constraint "sign_in_link_user_id_foreign";`);
    this.addSql(`alter table "session" drop constraint "session_user_id_foreign";`);
    this.addSql(`alter table "job" drop constraint "job_owner_id_foreign";`);
    this.addSql(`alter table "stop" drop constraint "stop_requested_by_id_foreign";`);
    this.addSql(`alter table "interaction" drop constraint "interaction_answered_by_id_foreign";`);
    this.addSql(`alter table "api_token" drop constraint "api_token_user_id_foreign";`);
    this.addSql(`alter table "stop" drop constraint "stop_job_id_foreign";`);
    this.addSql(`alter table "log_chunk" drop constraint "log_chunk_job_id_foreign";`);
    this.addSql(`alter table "interaction" drop constraint "interaction_job_id_foreign";`);

    this.addSql(`drop table if exists "runner" cascade;`);
    this.addSql(`drop table if exists "account" cascade;`);
    this.addSql(`drop table if exists "sign_in_link" cascade;`);
    this.addSql(`drop table if exists "session" cascade;`);
    this.addSql(`drop table if exists "job" cascade;`);
    this.addSql(`drop table if exists "stop" cascade;`);
    this.addSql(`drop table if exists "log_chunk" cascade;`);
    this.addSql(`drop table if exists "interaction" cascade;`);
    this.addSql(`drop table if exists "api_token" cascade;`);
  }
}
