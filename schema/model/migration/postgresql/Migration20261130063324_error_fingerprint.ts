import { Migration } from '@mikro-orm/migrations';
import { fingerprintStatements } from '../error-fingerprints.ts';

export class Migration20261130063324_error_fingerprint extends Migration {
  override name = 'Migration20261130063324_error_fingerprint';

  override async up(): Promise<void> {
    this.addSql(`alter table "job" add "error_fingerprint" text null;`);
    this.addSql(
      `create index "job_error" on "job" ("error_fingerprint", "id") where "removed_at" is null and "error_fingerprint" is not null;`,
    );
    for (const statement of await fingerprintStatements((sql) => this.execute(sql))) this.addSql(statement);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "job_error";`);
    this.addSql(`alter table "job" drop column "error_fingerprint";`);
  }
}
