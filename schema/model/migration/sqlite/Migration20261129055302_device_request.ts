import { Migration } from '@mikro-orm/migrations';

export class Migration20261129055302_device_request extends Migration {
  override name = 'Migration20261129055302_device_request';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`device_request\` (\`id\` integer not null primary key autoincrement, \`device_hash\` text not null, \`user_code_hash\` text not null, \`client\` text not null, \`host\` text not null, \`address\` text null, \`scope\` text not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`interval\` integer not null, \`polled_at\` bigint null, \`decision\` text null, \`decided_at\` bigint null, \`user_id\` integer null, \`redeemed_at\` bigint null, constraint \`device_request_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `create unique index \`device_request_device_hash_unique\` on \`device_request\` (\`device_hash\`);`,
    );
    this.addSql(
      `create unique index \`device_request_user_code_hash_unique\` on \`device_request\` (\`user_code_hash\`);`,
    );
    this.addSql(`create index \`device_request_expires_at_index\` on \`device_request\` (\`expires_at\`);`);
    this.addSql(`create index \`device_request_user_id_index\` on \`device_request\` (\`user_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`device_request\`;`);
  }
}
