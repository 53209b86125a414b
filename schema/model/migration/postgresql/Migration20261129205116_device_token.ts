import { Migration } from '@mikro-orm/migrations';

export class Migration20261129205116_device_token extends Migration {
  override name = 'Migration20261129205116_device_token';

  override up(): void | Promise<void> {
    this.addSql(`alter table "device_request" add "token" int null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "device_request" drop column "token";`);
  }
}
