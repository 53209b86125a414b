// Owns the second factor for resolvers: adding and removing an authenticator, listing, renaming and removing passkeys. Not entering a code at sign-in (standing.ts).
import type { SecondFactors, SessionViewer, Viewer } from '../../schema/graphql/context.ts';
import {
  beginAuthenticator,
  confirmAuthenticator,
  type OfferedAuthenticator,
  removeAuthenticator,
} from '../../schema/model/account/second-factor/authenticator.ts';
import {
  type Passkey,
  passkeysOf,
  removePasskey,
  renamePasskey,
} from '../../schema/model/account/second-factor/passkey.ts';
import {
  type SecondFactorStatus,
  secondFactorStatus,
} from '../../schema/model/account/second-factor/second-factor.ts';
import type { User } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';

export class DatabaseSecondFactors implements SecondFactors {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  standing({ user, session }: Viewer): Promise<SecondFactorStatus> {
    const nobody = { providerIssuer: null, providerSubject: null };
    return secondFactorStatus(this.#db.em(), user.id, session ?? nobody);
  }

  begin(viewer: SessionViewer): Promise<OfferedAuthenticator> {
    return beginAuthenticator(this.#db, viewer);
  }

  confirm(viewer: SessionViewer, code: string): Promise<void> {
    return confirmAuthenticator(this.#db, viewer, code);
  }

  remove(viewer: SessionViewer): Promise<void> {
    return removeAuthenticator(this.#db, viewer);
  }

  passkeys(user: User): Promise<readonly Passkey[]> {
    return passkeysOf(this.#db.em(), user.id);
  }

  renamePasskey(
    viewer: SessionViewer,
    change: { readonly id: number | null; readonly name: string },
  ): Promise<void> {
    return renamePasskey(this.#db, viewer, change);
  }

  removePasskey(viewer: SessionViewer, id: number | null): Promise<void> {
    return removePasskey(this.#db, viewer, id);
  }
}
