import { Migration } from '@mikro-orm/migrations';

export class Migration20261120133422_initial extends Migration {
  override name = 'Migration20261120133422_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`runner\` (\`id\` text not null primary key, \`host\` text not null, \`lanes\` json not null, \`pid\` integer not null, \`started_at\` bigint not null, \`seen_at\` bigint not null, \`left_at\` bigint null, \`scap\` text not null, \`simulated\` integer not null);`,
    );

    this.addSql(
      `create table \`account\` (\`id\` integer not null primary key autoincrement, \`name\` text not null, \`created_at\` bigint not null);`,
    );
    this.addSql(`create unique index \`account_name_unique\` on \`account\` (\`name\`);`);

    this.addSql(
      `create table \`sign_in_link\` (\`id\` integer not null primary key autoincrement, \`code_hash\` text not null, \`user_id\` integer not null, \`role\` text not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`redeemed_at\` bigint null, constraint \`sign_in_link_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`sign_in_link_code_hash_unique\` on \`sign_in_link\` (\`code_hash\`);`);
    this.addSql(`create index \`sign_in_link_user_id_index\` on \`sign_in_link\` (\`user_id\`);`);

    this.addSql(
      `create table \`session\` (\`id\` integer not null primary key autoincrement, \`secret_hash\` text not null, \`page_key_hash\` text not null, \`user_id\` integer not null, \`role\` text not null, \`created_at\` bigint not null, \`last_used_at\` bigint not null, \`ended_at\` bigint null, constraint \`session_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`session_secret_hash_unique\` on \`session\` (\`secret_hash\`);`);
    this.addSql(`create index \`session_user_id_index\` on \`session\` (\`user_id\`);`);

    this.addSql(
      `create table \`job\` (\`id\` integer not null primary key autoincrement, \`kind\` text not null, \`state\` text not null, \`lane\` text not null, \`changes\` json not null, \`title\` text not null, \`owner_id\` integer not null, \`idempotency_key\` text null, \`retry_of\` integer null, \`queued_at\` bigint not null, \`started_at\` bigint null, \`finished_at\` bigint null, \`status\` text null, \`progress\` json null, \`exit_status\` integer null, \`exit_signal\` text null, \`reason\` text null, \`runner\` text null, \`supervisor\` json null, \`child\` json null, \`revision\` integer not null, constraint \`job_owner_id_foreign\` foreign key (\`owner_id\`) references \`account\` (\`id\`));`,
    );
    this.addSql(`create index \`job_owner_id_index\` on \`job\` (\`owner_id\`);`);
    this.addSql(
      `create unique index "job_lane_active" on "job" ("lane") where "state" in ('starting', 'running', 'waiting', 'stopping');`,
    );
    this.addSql(`create index \`job_state\` on \`job\` (\`state\`);`);
    this.addSql(`create unique index \`job_idempotency\` on \`job\` (\`owner_id\`, \`idempotency_key\`);`);

    this.addSql(
      `create table \`stop\` (\`id\` integer not null primary key autoincrement, \`job_id\` integer not null, \`mode\` text not null, \`requested_by_id\` integer not null, \`requested_at\` bigint not null, \`handled_at\` bigint null, constraint \`stop_job_id_foreign\` foreign key (\`job_id\`) references \`job\` (\`id\`) on delete cascade, constraint \`stop_requested_by_id_foreign\` foreign key (\`requested_by_id\`) references \`account\` (\`id\`));`,
    );
    this.addSql(`create index \`stop_job_id_index\` on \`stop\` (\`job_id\`);`);
    this.addSql(`create index \`stop_requested_by_id_index\` on \`stop\` (\`requested_by_id\`);`);

    this.addSql(
      `create table \`log_chunk\` (\`job_id\` integer not null, \`first_number\` integer not null, \`line_count\` integer not null, \`at\` bigint not null, \`body\` blob not null, primary key (\`job_id\`, \`first_number\`), constraint \`log_chunk_job_id_foreign\` foreign key (\`job_id\`) references \`job\` (\`id\`) on delete cascade);`,
    );

    this.addSql(
      `create table \`interaction\` (\`id\` integer not null primary key autoincrement, \`job_id\` integer not null, \`kind\` text not null, \`prompt\` text not null, \`choices\` json not null, \`default\` text null, \`asked_at\` bigint not null, \`answer\` text null, \`answered_by_id\` integer null, \`answered_at\` bigint null, \`delivered_at\` bigint null, \`closed_at\` bigint null, constraint \`interaction_job_id_foreign\` foreign key (\`job_id\`) references \`job\` (\`id\`) on delete cascade, constraint \`interaction_answered_by_id_foreign\` foreign key (\`answered_by_id\`) references \`account\` (\`id\`) on delete set null);`,
    );
    this.addSql(`create index \`interaction_job_id_index\` on \`interaction\` (\`job_id\`);`);
    this.addSql(`create index \`interaction_answered_by_id_index\` on \`interaction\` (\`answered_by_id\`);`);
    this.addSql(
      `create unique index "interaction_open" on "interaction" ("job_id") where "answered_at" is null and "closed_at" is null;`,
    );

    this.addSql(
      `create table \`api_token\` (\`id\` integer not null primary key autoincrement, \`name\` text not null, \`hash\` text not null, \`scope\` text not null, \`user_id\` integer not null, \`created_at\` bigint not null, \`expires_at\` bigint not null, \`last_used_at\` bigint null, \`revoked_at\` bigint null, constraint \`api_token_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create unique index \`api_token_hash_unique\` on \`api_token\` (\`hash\`);`);
    this.addSql(`create index \`api_token_user_id_index\` on \`api_token\` (\`user_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`runner\`;`);
    this.addSql(`drop table if exists \`account\`;`);
    this.addSql(`drop table if exists \`sign_in_link\`;`);
    this.addSql(`drop table if exists \`session\`;`);
    this.addSql(`drop table if exists \`job\`;`);
    this.addSql(`drop table if exists \`stop\`;`);
    this.addSql(`drop table if exists \`log_chunk\`;`);
    this.addSql(`drop table if exists \`interaction\`;`);
    this.addSql(`drop table if exists \`api_token\`;`);
  }
}
