import { Migration } from '@mikro-orm/migrations';

export class Migration20261128223900_claim extends Migration {
  override name = 'Migration20261128223900_claim';

  override up(): void | Promise<void> {
    this.addSql(`alter table "interaction" add "claimed_by_id" int null, add "claimed_at" bigint null;`);
    this.addSql(
      `alter table "interaction" add constraint "interaction_claimed_by_id_foreign" foreign key ("claimed_by_id") references "account" ("id") on delete set null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "interaction" drop constraint "interaction_claimed_by_id_foreign";`);

    this.addSql(`alter table "interaction" drop column "claimed_by_id", drop column "claimed_at";`);
  }
}
