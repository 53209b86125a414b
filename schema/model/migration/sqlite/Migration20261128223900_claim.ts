import { Migration } from '@mikro-orm/migrations';

export class Migration20261128223900_claim extends Migration {
  override name = 'Migration20261128223900_claim';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table \`interaction\` add column \`claimed_by_id\` integer null constraint \`interaction_claimed_by_id_foreign\` references \`account\` (\`id\`) on delete set null;`,
    );
    this.addSql(`alter table \`interaction\` add column \`claimed_at\` bigint null;`);
    this.addSql(`create index \`interaction_claimed_by_id_index\` on \`interaction\` (\`claimed_by_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`interaction_claimed_by_id_index\`;`);
    this.addSql(`alter table \`interaction\` drop column \`claimed_by_id\`;`);
    this.addSql(`alter table \`interaction\` drop column \`claimed_at\`;`);
  }
}
