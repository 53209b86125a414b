import { Migration } from '@mikro-orm/migrations';

export class Migration20261129063703_passkey extends Migration {
  override name = 'Migration20261129063703_passkey';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "passkey_challenge" ("id" serial primary key, "session_id" int not null, "purpose" text not null, "challenge" text not null, "expires_at" bigint not null);`,
    );
    this.addSql(`create index "passkey_challenge_expires_at_index" on "passkey_challenge" ("expires_at");`);
    this.addSql(
      `alter table "passkey_challenge" add constraint "passkey_challenge_session_id_purpose_unique" unique ("session_id", "purpose");`,
    );

    this.addSql(
      `create table "passkey" ("id" serial primary key, "user_id" int not null, "name" text not null, "host" text not null, "credential" text not null, "public_key" text not null, "counter" bigint not null, "transports" text not null, "created_at" bigint not null, "last_used_at" bigint null);`,
    );
    this.addSql(`create index "passkey_user_id_index" on "passkey" ("user_id");`);
    this.addSql(`alter table "passkey" add constraint "passkey_credential_unique" unique ("credential");`);

    this.addSql(
      `alter table "passkey_challenge" add constraint "passkey_challenge_session_id_foreign" foreign key ("session_id") references "session" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "passkey" add constraint "passkey_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "passkey_challenge" cascade;`);
    this.addSql(`drop table if exists "passkey" cascade;`);
  }
}
