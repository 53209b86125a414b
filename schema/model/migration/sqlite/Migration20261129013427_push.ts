import { Migration } from '@mikro-orm/migrations';

export class Migration20261129013427_push extends Migration {
  override name = 'Migration20261129013427_push';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`push_subscription\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`session_id\` integer not null, \`endpoint\` text not null, \`p256dh\` text not null, \`auth\` text not null, \`reach\` text not null, \`created_at\` bigint not null, constraint \`push_subscription_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade, constraint \`push_subscription_session_id_foreign\` foreign key (\`session_id\`) references \`session\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`push_subscription_user_id_index\` on \`push_subscription\` (\`user_id\`);`);
    this.addSql(
      `create index \`push_subscription_session_id_index\` on \`push_subscription\` (\`session_id\`);`,
    );
    this.addSql(
      `create unique index \`push_subscription_endpoint_unique\` on \`push_subscription\` (\`endpoint\`);`,
    );

    this.addSql(
      `create table \`vapid_key\` (\`id\` integer not null primary key autoincrement, \`public_key\` text not null, \`private_key\` text not null, \`created_at\` bigint not null);`,
    );

    this.addSql(`alter table \`interaction\` add column \`escalated_at\` bigint null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`push_subscription\`;`);
    this.addSql(`drop table if exists \`vapid_key\`;`);

    this.addSql(`alter table \`interaction\` drop column \`escalated_at\`;`);
  }
}
