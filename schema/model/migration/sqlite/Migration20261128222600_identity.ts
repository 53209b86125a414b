import { Migration } from '@mikro-orm/migrations';

export class Migration20261128222600_identity extends Migration {
  override name = 'Migration20261128222600_identity';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`second_factor_lock\` (\`id\` integer not null primary key autoincrement, \`user_id\` integer not null, \`person\` text not null, \`failures\` integer not null default 0, \`locked_until\` bigint null, constraint \`second_factor_lock_user_id_foreign\` foreign key (\`user_id\`) references \`account\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`second_factor_lock_user_id_index\` on \`second_factor_lock\` (\`user_id\`);`);
    this.addSql(
      `create unique index \`second_factor_lock_user_id_person_unique\` on \`second_factor_lock\` (\`user_id\`, \`person\`);`,
    );

    this.addSql(`alter table \`provider_attempt\` add column \`proof_hash\` text null;`);

    this.addSql(`alter table \`account\` add column \`name_key\` text null;`);
    this.addSql(`alter table \`account\` add column \`name_skeleton\` text null;`);
    this.addSql(`alter table \`account\` add column \`provider_issuer\` text null;`);
    this.addSql(`alter table \`account\` add column \`provider_subject\` text null;`);
    this.addSql(`create unique index \`account_name_key_unique\` on \`account\` (\`name_key\`);`);
    this.addSql(`create index \`account_name_skeleton_index\` on \`account\` (\`name_skeleton\`);`);
    this.addSql(
      `create unique index \`account_provider_person\` on \`account\` (\`provider_issuer\`, \`provider_subject\`);`,
    );

    this.addSql(`alter table \`sign_in_link\` add column \`proof_hash\` text null;`);
    this.addSql(`alter table \`sign_in_link\` add column \`provider_issuer\` text null;`);
    this.addSql(`alter table \`sign_in_link\` add column \`provider_groups\` json null;`);

    this.addSql(`alter table \`session\` add column \`provider_issuer\` text null;`);
    this.addSql(`alter table \`session\` add column \`provider_groups\` json null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`second_factor_lock\`;`);

    this.addSql(`drop index \`account_name_key_unique\`;`);
    this.addSql(`drop index \`account_name_skeleton_index\`;`);
    this.addSql(`drop index \`account_provider_person\`;`);
    this.addSql(`alter table \`account\` drop column \`name_key\`;`);
    this.addSql(`alter table \`account\` drop column \`name_skeleton\`;`);
    this.addSql(`alter table \`account\` drop column \`provider_issuer\`;`);
    this.addSql(`alter table \`account\` drop column \`provider_subject\`;`);

    this.addSql(`alter table \`provider_attempt\` drop column \`proof_hash\`;`);

    this.addSql(`alter table \`session\` drop column \`provider_issuer\`;`);
    this.addSql(`alter table \`session\` drop column \`provider_groups\`;`);

    this.addSql(`alter table \`sign_in_link\` drop column \`proof_hash\`;`);
    this.addSql(`alter table \`sign_in_link\` drop column \`provider_issuer\`;`);
    this.addSql(`alter table \`sign_in_link\` drop column \`provider_groups\`;`);
  }
}
