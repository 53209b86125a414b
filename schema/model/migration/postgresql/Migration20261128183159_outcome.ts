import { Migration } from '@mikro-orm/migrations';

export class Migration20261128183159_outcome extends Migration {
  override name = 'Migration20261128183159_outcome';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "job" add "outcome" text null, add "last_status" text null, add "last_error" jsonb null, add "command" jsonb null;`,
    );

    this.addSql(`alter table "interaction" add "key" text null;`);

    // Of a job that ended before, only the state is known.
    this.addSql(
      `update "job" set "outcome" = case "state" when 'succeeded' then 'deployed' else "state" end where "state" in ('succeeded', 'failed', 'stopped', 'lost', 'cancelled');`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "interaction" drop column "key";`);

    this.addSql(
      `alter table "job" drop column "outcome", drop column "last_status", drop column "last_error", drop column "command";`,
    );
  }
}
