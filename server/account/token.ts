// Owns the viewer's tokens for resolvers: listing, creating and revoking them.
import type { MadeToken, Tokens, Viewer } from '../../schema/graphql/context.ts';
import {
  type ApiToken,
  makeOwnToken,
  ownTokens,
  revokeOwnToken,
  type TokenRequest,
} from '../../schema/model/account/token.ts';
import type { Database } from '../../schema/model/store/database.ts';

export class DatabaseTokens implements Tokens {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  own({ user }: Viewer): Promise<readonly ApiToken[]> {
    return ownTokens(this.#db.em(), user.id);
  }

  make(viewer: Viewer, request: TokenRequest): Promise<MadeToken> {
    return makeOwnToken(this.#db, viewer, request);
  }

  revoke(viewer: Viewer, id: number | null): Promise<void> {
    return revokeOwnToken(this.#db, viewer, id);
  }
}
