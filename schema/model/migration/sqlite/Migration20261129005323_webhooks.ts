import { Migration } from '@mikro-orm/migrations';

export class Migration20261129005323_webhooks extends Migration {
  override name = 'Migration20261129005323_webhooks';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`event\` (\`id\` integer not null primary key autoincrement, \`token\` text not null, \`kind\` text not null, \`at\` bigint not null, \`job_id\` integer null, \`interaction_id\` integer null, \`data\` json not null, \`dispatched_at\` bigint null);`,
    );
    this.addSql(`create index \`event_at\` on \`event\` (\`at\`);`);
    this.addSql(`create index "event_undispatched" on "event" ("id") where "dispatched_at" is null;`);

    this.addSql(
      `create table \`webhook\` (\`id\` integer not null primary key autoincrement, \`name\` text not null, \`url\` text not null, \`secret\` text not null, \`events\` json not null, \`format\` text not null, \`template\` text null, \`created_at\` bigint not null, \`failing_since\` bigint null, \`disabled_at\` bigint null, \`disabled_reason\` text null, \`claimed_until\` bigint null);`,
    );

    this.addSql(
      `create table \`webhook_delivery\` (\`id\` integer not null primary key autoincrement, \`webhook_id\` integer not null, \`event_id\` integer not null, \`state\` text not null, \`created_at\` bigint not null, \`attempts\` integer not null, \`next_attempt_at\` bigint null, \`attempted_at\` bigint null, \`duration\` integer null, \`status\` integer null, \`response\` text null, \`problem\` text null, \`replay_of\` integer null, constraint \`webhook_delivery_webhook_id_foreign\` foreign key (\`webhook_id\`) references \`webhook\` (\`id\`) on delete cascade, constraint \`webhook_delivery_event_id_foreign\` foreign key (\`event_id\`) references \`event\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `create index \`webhook_delivery_webhook_id_index\` on \`webhook_delivery\` (\`webhook_id\`);`,
    );
    this.addSql(`create index \`webhook_delivery_event_id_index\` on \`webhook_delivery\` (\`event_id\`);`);
    this.addSql(
      `create index "webhook_delivery_due" on "webhook_delivery" ("webhook_id", "next_attempt_at") where "state" = 'pending';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`event\`;`);
    this.addSql(`drop table if exists \`webhook\`;`);
    this.addSql(`drop table if exists \`webhook_delivery\`;`);
  }
}
