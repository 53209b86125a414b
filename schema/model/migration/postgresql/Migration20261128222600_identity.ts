import { Migration } from '@mikro-orm/migrations';

export class Migration20261128222600_identity extends Migration {
  override name = 'Migration20261128222600_identity';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "second_factor_lock" ("id" serial primary key, "user_id" int not null, "person" text not null, "failures" int not null default 0, "locked_until" bigint null);`,
    );
    this.addSql(
      `alter table "second_factor_lock" add constraint "second_factor_lock_user_id_person_unique" unique ("user_id", "person");`,
    );

    this.addSql(`alter table "provider_attempt" add "proof_hash" text null;`);

    this.addSql(
      `alter table "account" add "name_key" text null, add "name_skeleton" text null, add "provider_issuer" text null, add "provider_subject" text null;`,
    );
    this.addSql(`alter table "account" add constraint "account_name_key_unique" unique ("name_key");`);
    this.addSql(`create index "account_name_skeleton_index" on "account" ("name_skeleton");`);
    this.addSql(
      `alter table "account" add constraint "account_provider_person" unique ("provider_issuer", "provider_subject");`,
    );

    this.addSql(
      `alter table "sign_in_link" add "proof_hash" text null, add "provider_issuer" text null, add "provider_groups" jsonb null;`,
    );

    this.addSql(`alter table "session" add "provider_issuer" text null, add "provider_groups" jsonb null;`);

    this.addSql(
      `alter table "second_factor_lock" add constraint "second_factor_lock_user_id_foreign" foreign key ("user_id") references "account" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "second_factor_lock" cascade;`);

    this.addSql(`alter table "account" drop constraint "account_name_key_unique";`);
    this.addSql(`drop index "account_name_skeleton_index";`);
    this.addSql(`alter table "account" drop constraint "account_provider_person";`);
    this.addSql(
      `alter table "account" drop column "name_key", drop column "name_skeleton", drop column "provider_issuer", drop column "provider_subject";`,
    );

    this.addSql(`alter table "provider_attempt" drop column "proof_hash";`);

    this.addSql(`alter table "session" drop column "provider_issuer", drop column "provider_groups";`);

    this.addSql(
      `alter table "sign_in_link" drop column "proof_hash", drop column "provider_issuer", drop column "provider_groups";`,
    );
  }
}
