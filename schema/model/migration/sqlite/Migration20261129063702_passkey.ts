import { Migration } from '@mikro-orm/migrations';

export class Migration20261129063702_passkey extends Migration {
  override name = 'Migration20261129063702_passkey';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`passkey_challenge\` (\`id\` integer not null primary key autoincrement, \`session_id\` integer not null, \`purpose\` text not null, \`challenge\` text not null, \`expires_at\` bigint not null, constraint \`passkey_challenge_session_id_foreign\` foreign key (\`session_id\`) references \`session\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `create index \`passkey_challenge_session_id_index\` on \`passkey_challenge\` (\`session_id\`);`,
    );
    this.addSql(
      `create index \`passkey_challenge_expires_at_index\` on \`passkey_challenge\` (\`expires_at\`);`,
    );
    this.addSql(
      `create unique index \`passkey_challenge_session_id_purpose_unique\` on \`passkey_challenge\` (\`session_id\`, \`purpose\`);`,
    );

    this.addSql(
      `create table \`passkey\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`name\` text not null, \`host\` text not null, \`credential\` text not null, \`public_key\` text not null, \`counter\` bigint not null, \`transports\` text not null, \`created_at\` bigint not null, \`last_used_at\` bigint null, constraint \`passkey_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`passkey_user_id_index\` on \`passkey\` (\`user_id\`);`);
    this.addSql(`create unique index \`passkey_credential_unique\` on \`passkey\` (\`credential\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`passkey_challenge\`;`);
    this.addSql(`drop table if exists \`passkey\`;`);
  }
}
