import { Migration } from '@mikro-orm/migrations';

export class Migration20261125001053_gate extends Migration {
  override name = 'Migration20261125001053_gate';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "provider_attempt" ("id" serial primary key, "state_hash" text not null, "browser_hash" text not null, "nonce" text not null, "verifier" text not null, "next" text not null, "created_at" bigint not null, "expires_at" bigint not null, "redeemed_at" bigint null);`,
    );
    this.addSql(
      `alter table "provider_attempt" add constraint "provider_attempt_state_hash_unique" unique ("state_hash");`,
    );
    this.addSql(`create index "provider_attempt_expires_at_index" on "provider_attempt" ("expires_at");`);

    this.addSql(
      `create table "second_factor" ("id" serial primary key, "user_id" int not null, "totp_secret" text null, "totp_confirmed_at" bigint null, "totp_step" int null, "failures" int not null default 0, "locked_until" bigint null);`,
    );
    this.addSql(
      `alter table "second_factor" add constraint "second_factor_user_id_unique" unique ("user_id");`,
    );

    this.addSql(
      `create table "host_code" ("id" serial primary key, "user_id" int not null, "code_hash" text not null, "created_at" bigint not null, "expires_at" bigint not null, "used_at" bigint null);`,
    );
    this.addSql(`create index "host_code_user_id_index" on "host_code" ("user_id");`);

    this.addSql(
      `create table "hold" ("id" serial primary key, "reason" text not null, "user_id" int not null, "created_at" bigint not null, "ends_at" bigint null, "released_at" bigint null, "released_by_id" int null);`,
    );

    this.addSql(`alter table "audit_entry" drop constraint "audit_entry_user_id_foreign";`);

    this.addSql(
      `alter table "account" add "groups" jsonb null, add "banned_at" bigint null, add "banned_by" int null, add "ban_reason" text null;`,
    );

    this.addSql(
      `alter table "sign_in_link" add "way" text not null default 'link', add "browser_hash" text null, add "provider_session" text null, add "provider_subject" text null;`,
    );
    this.addSql(`alter table "sign_in_link" alter column "role" drop not null;`);

    this.addSql(
      `alter table "session" add "way" text not null default 'link', add "second_factor_at" bigint null, add "address" text null, add "agent" text null, add "provider_session" text null, add "provider_subject" text null;`,
    );
    this.addSql(`alter table "session" alter column "role" drop not null;`);
    this.addSql(`create index "session_provider_session_index" on "session" ("provider_session");`);
    this.addSql(`create index "session_provider_subject_index" on "session" ("provider_subject");`);

    this.addSql(`alter table "audit_entry" add "channel" text null, add "address" text null;`);
    this.addSql(`alter table "audit_entry" alter column "user_id" drop not null;`);
    this.addSql(
      `alter table "audit_entry" add constraint "audit_entry_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "second_factor" add constraint "second_factor_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "host_code" add constraint "host_code_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "hold" add constraint "hold_user_id_foreign" foreign key ("user_id") references "account" ("id");`,
    );
    this.addSql(
      `alter table "hold" add constraint "hold_released_by_id_foreign" foreign key ("released_by_id") references "account" ("id") on delete set null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "provider_attempt" cascade;`);
    this.addSql(`drop table if exists "second_factor" cascade;`);
    this.addSql(`drop table if exists "host_code" cascade;`);
    this.addSql(`drop table if exists "hold" cascade;`);

    this.addSql(`alter table "audit_entry" drop constraint "audit_entry_user_id_foreign";`);

    this.addSql(
      `alter table "account" drop column "groups", drop column "banned_at", drop column "banned_by", drop column "ban_reason";`,
    );

    this.addSql(`alter table "audit_entry" drop column "channel", drop column "address";`);
    this.addSql(`alter table "audit_entry" alter column "user_id" set not null;`);
    this.addSql(
      `alter table "audit_entry" add constraint "audit_entry_user_id_foreign" foreign key ("user_id") references "account" ("id");`,
    );

    this.addSql(`drop index "session_provider_session_index";`);
    this.addSql(`drop index "session_provider_subject_index";`);
    this.addSql(
      `alter table "session" drop column "way", drop column "second_factor_at", drop column "address", drop column "agent", drop column "provider_session", drop column "provider_subject";`,
    );
    this.addSql(`alter table "session" alter column "role" set not null;`);

    this.addSql(
      `alter table "sign_in_link" drop column "way", drop column "browser_hash", drop column "provider_session", drop column "provider_subject";`,
    );
    this.addSql(`alter table "sign_in_link" alter column "role" set not null;`);
  }
}
