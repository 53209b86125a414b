// Owns people as resolvers load them.
import type { Users } from '../schema/graphql/context.ts';
import type { Database } from '../schema/model/database.ts';
import { User } from '../schema/model/user.ts';
import { Batch, byKey } from './batch.ts';

/** People, from the database. */
export class DatabaseUsers implements Users {
  readonly #byId: Batch<number, User>;

  constructor(db: Database) {
    this.#byId = new Batch(async (ids) =>
      byKey(await db.em().find(User, { id: { $in: [...ids] } }), (user) => user.id),
    );
  }

  async load(id: number): Promise<User> {
    const user = await this.#byId.load(id);
    if (!user) throw new Error(`there is no user ${id}`);
    return user;
  }
}
