import { Migration } from '@mikro-orm/migrations';

export class Migration20261129010843_operation_use extends Migration {
  override name = 'Migration20261129010843_operation_use';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`operation_use\` (\`id\` integer not null primary key autoincrement, \`client\` text not null, \`version\` text not null, \`token_id\` integer not null, \`operation\` text not null, \`uses\` bigint not null, \`last_used_at\` bigint not null, \`fields\` text not null);`,
    );
    this.addSql(`create index \`operation_use_last_used_at_index\` on \`operation_use\` (\`last_used_at\`);`);
    this.addSql(
      `create unique index \`operation_use_key\` on \`operation_use\` (\`client\`, \`version\`, \`token_id\`, \`operation\`);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`operation_use\`;`);
  }
}
