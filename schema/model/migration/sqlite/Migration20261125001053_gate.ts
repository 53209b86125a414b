import { Migration } from '@mikro-orm/migrations';

export class Migration20261125001053_gate extends Migration {
  override name = 'Migration20261125001053_gate';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`provider_attempt\` (\`id\` integer not null primary key autoincrement, \`state_hash\` text not null, \`browser_hash\` text not null, \`nonce\` text not null, \`verifier\` text not null, \`next\` text not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`redeemed_at\` bigint null);`,
    );
    this.addSql(
      `create unique index \`provider_attempt_state_hash_unique\` on \`provider_attempt\` (\`state_hash\`);`,
    );
    this.addSql(
      `create index \`provider_attempt_expires_at_index\` on \`provider_attempt\` (\`expires_at\`);`,
    );

    this.addSql(
      `create table \`second_factor\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`totp_secret\` text null, \`totp_confirmed_at\` bigint null, \`totp_step\` integer null, \`failures\` integer not null default 0, \`locked_until\` bigint null, constraint \`second_factor_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`second_factor_user_id_index\` on \`second_factor\` (\`user_id\`);`);
    this.addSql(`create unique index \`second_factor_user_id_unique\` on \`second_factor\` (\`user_id\`);`);

    this.addSql(
      `create table \`host_code\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`code_hash\` text not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`used_at\` bigint null, constraint \`host_code_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`host_code_user_id_index\` on \`host_code\` (\`user_id\`);`);

    this.addSql(
      `create table \`hold\` (\`id\` integer not null primary key autoincrement, \`reason\` text not null, \`user_id\` integer not null, \`created_at\` bigint not null, \`ends_at\` bigint null, \`released_at\` bigint null, \`released_by_id\` integer null, constraint \`hold_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`), constraint \`hold_released_by_id_foreign\` foreign key (\`released_by_id\`) references \`account\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`hold_user_id_index\` on \`hold\` (\`user_id\`);`);
    this.addSql(`create index \`hold_released_by_id_index\` on \`hold\` (\`released_by_id\`);`);

    this.addSql(`alter table \`account\` add column \`groups\` json null;`);
    this.addSql(`alter table \`account\` add column \`banned_at\` bigint null;`);
    this.addSql(`alter table \`account\` add column \`banned_by\` integer null;`);
    this.addSql(`alter table \`account\` add column \`ban_reason\` text null;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`sign_in_link__temp_alter\` (\`id\` integer not null primary key autoincrement, \`code_hash\` text not null, \`user_id\` integer not null, \`role\` text null, \`way\` text not null default 'link', \`browser_hash\` text null, \`provider_session\` text null, \`provider_subject\` text null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`redeemed_at\` bigint null, constraint \`sign_in_link_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `insert into \`sign_in_link__temp_alter\` select \`id\`, \`code_hash\`, \`user_id\`, \`role\`, 'link' as \`way\`, null as \`browser_hash\`, null as \`provider_session\`, null as \`provider_subject\`, \`created_at\`, \`expires_at\`, \`redeemed_at\` from \`sign_in_link\`;`,
    );
    this.addSql(`drop table \`sign_in_link\`;`);
    this.addSql(`alter table \`sign_in_link__temp_alter\` rename to \`sign_in_link\`;`);
    this.addSql(`create unique index \`sign_in_link_code_hash_unique\` on \`sign_in_link\` (\`code_hash\`);`);
    this.addSql(`create index \`sign_in_link_user_id_index\` on \`sign_in_link\` (\`user_id\`);`);
    this.addSql(`pragma foreign_keys = on;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`session__temp_alter\` (\`id\` integer not null primary key autoincrement, \`secret_hash\` text not null, \`page_key_hash\` text not null, \`user_id\` integer not null, \`role\` text null, \`way\` text not null default 'link', \`second_factor_at\` bigint null, \`address\` text null, \`agent\` text null, \`provider_session\` text null, \`provider_subject\` text null, \`created_at\` bigint not null, \`last_used_at\` bigint not null, \`ended_at\` bigint null, constraint \`session_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `insert into \`session__temp_alter\` select \`id\`, \`secret_hash\`, \`page_key_hash\`, \`user_id\`, \`role\`, 'link' as \`way\`, null as \`second_factor_at\`, null as \`address\`, null as \`agent\`, null as \`provider_session\`, null as \`provider_subject\`, \`created_at\`, \`last_used_at\`, \`ended_at\` from \`session\`;`,
    );
    this.addSql(`drop table \`session\`;`);
    this.addSql(`alter table \`session__temp_alter\` rename to \`session\`;`);
    this.addSql(`create unique index \`session_secret_hash_unique\` on \`session\` (\`secret_hash\`);`);
    this.addSql(`create index \`session_user_id_index\` on \`session\` (\`user_id\`);`);
    this.addSql(`create index \`session_provider_session_index\` on \`session\` (\`provider_session\`);`);
    this.addSql(`create index \`session_provider_subject_index\` on \`session\` (\`provider_subject\`);`);
    this.addSql(`pragma foreign_keys = on;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`audit_entry__temp_alter\` (\`id\` integer not null primary key autoincrement, \`at\` bigint not null, \`user_id\` integer null, \`action\` text not null, \`job_id\` integer null, \`detail\` text not null, \`channel\` text null, \`address\` text null, constraint \`audit_entry_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete set null);`,
    );
    this.addSql(
      `insert into \`audit_entry__temp_alter\` select \`id\`, \`at\`, \`user_id\`, \`action\`, \`job_id\`, \`detail\`, null as \`channel\`, null as \`address\` from \`audit_entry\`;`,
    );
    this.addSql(`drop table \`audit_entry\`;`);
    this.addSql(`alter table \`audit_entry__temp_alter\` rename to \`audit_entry\`;`);
    this.addSql(`create index \`audit_entry_user_id_index\` on \`audit_entry\` (\`user_id\`);`);
    this.addSql(`pragma foreign_keys = on;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`provider_attempt\`;`);
    this.addSql(`drop table if exists \`second_factor\`;`);
    this.addSql(`drop table if exists \`host_code\`;`);
    this.addSql(`drop table if exists \`hold\`;`);

    this.addSql(`alter table \`account\` drop column \`groups\`;`);
    this.addSql(`alter table \`account\` drop column \`banned_at\`;`);
    this.addSql(`alter table \`account\` drop column \`banned_by\`;`);
    this.addSql(`alter table \`account\` drop column \`ban_reason\`;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`audit_entry__temp_alter\` (\`action\` text not null, \`at\` bigint not null, \`detail\` text not null, \`id\` integer not null primary key autoincrement, \`job_id\` integer null, \`user_id\` integer not null, constraint \`audit_entry_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`));`,
    );
    this.addSql(
      `insert into \`audit_entry__temp_alter\` select \`action\`, \`at\`, \`detail\`, \`id\`, \`job_id\`, \`user_id\` from \`audit_entry\`;`,
    );
    this.addSql(`drop table \`audit_entry\`;`);
    this.addSql(`alter table \`audit_entry__temp_alter\` rename to \`audit_entry\`;`);
    this.addSql(`create index \`audit_entry_user_id_index\` on \`audit_entry\` (\`user_id\`);`);
    this.addSql(`pragma foreign_keys = on;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`session__temp_alter\` (\`created_at\` bigint not null, \`ended_at\` bigint null, \`id\` integer not null primary key autoincrement, \`last_used_at\` bigint not null, \`page_key_hash\` text not null, \`role\` text not null, \`secret_hash\` text not null, \`user_id\` integer not null, constraint \`session_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `insert into \`session__temp_alter\` select \`created_at\`, \`ended_at\`, \`id\`, \`last_used_at\`, \`page_key_hash\`, \`role\`, \`secret_hash\`, \`user_id\` from \`session\`;`,
    );
    this.addSql(`drop table \`session\`;`);
    this.addSql(`alter table \`session__temp_alter\` rename to \`session\`;`);
    this.addSql(`create unique index \`session_secret_hash_unique\` on \`session\` (\`secret_hash\`);`);
    this.addSql(`create index \`session_user_id_index\` on \`session\` (\`user_id\`);`);
    this.addSql(`pragma foreign_keys = on;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`sign_in_link__temp_alter\` (\`code_hash\` text not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`id\` integer not null primary key autoincrement, \`redeemed_at\` bigint null, \`role\` text not null, \`user_id\` integer not null, constraint \`sign_in_link_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `insert into \`sign_in_link__temp_alter\` select \`code_hash\`, \`created_at\`, \`expires_at\`, \`id\`, \`redeemed_at\`, \`role\`, \`user_id\` from \`sign_in_link\`;`,
    );
    this.addSql(`drop table \`sign_in_link\`;`);
    this.addSql(`alter table \`sign_in_link__temp_alter\` rename to \`sign_in_link\`;`);
    this.addSql(`create unique index \`sign_in_link_code_hash_unique\` on \`sign_in_link\` (\`code_hash\`);`);
    this.addSql(`create index \`sign_in_link_user_id_index\` on \`sign_in_link\` (\`user_id\`);`);
    this.addSql(`pragma foreign_keys = on;`);
  }
}
