// Owns the viewer's sessions for resolvers.
import type { Sessions, SessionViewer, Viewer } from '../../schema/graphql/context.ts';
import { endOtherSessions, endOwnSession, ownSessions } from '../../schema/model/account/own-session.ts';
import type { Session } from '../../schema/model/account/session.ts';
import type { Database } from '../../schema/model/store/database.ts';

export class DatabaseSessions implements Sessions {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  own({ user }: Viewer): Promise<readonly Session[]> {
    return ownSessions(this.#db.em(), user.id);
  }

  end(viewer: Viewer, id: number | null): Promise<void> {
    return endOwnSession(this.#db, viewer, id);
  }

  async endOthers(viewer: SessionViewer): Promise<void> {
    await endOtherSessions(this.#db, viewer, viewer.session.id);
  }
}
