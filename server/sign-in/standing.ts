// Owns how a browser learns where it stands (in, half way in, kept out) and how its second factor is received. Not what counts as one (schema/model/account/second-factor.ts).
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  SecondFactorLocked,
  SecondFactorRefused,
  SessionGone,
  secondFactorStatus,
  submitSecondFactor,
} from '../../schema/model/account/second-factor.ts';
import { endOfSession, type SessionEnd } from '../../schema/model/account/session.ts';
import type { RoleGroups } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration.ts';
import { sendJson, sendUnauthenticated } from '../response.ts';
import { type Credentials, credentialsOfRequest, type Gate, type Judgement, sessionOf } from './identity.ts';
import { receiveCode, type SignInParts, sessionCookie } from './sign-in.ts';

/** What prints a code on the deployment host. */
export const codeCommand = 'spiderpig otp';

/** Where a browser stands, as its page is told. Times are ISO 8601. */
export type Standing = {
  readonly user: string | null;
  /** Whom to ask for access; null: nobody is named, or nobody asks who is known. */
  readonly accessHelp: string | null;
} & (
  | { readonly standing: 'in' }
  | {
      readonly standing: 'half';
      readonly secondFactor: {
        readonly command: string;
        /** Whether a code of an authenticator counts too. */
        readonly authenticator: boolean;
        readonly triesLeft: number;
        readonly lockedUntil: string | null;
      };
    }
  /** `groups`: which give which role. */
  | { readonly standing: 'no group'; readonly groups: RoleGroups }
  | { readonly standing: 'banned'; readonly reason: string }
  /** `end`: how the session came to its end, told to its own browser; null: there was none. */
  | { readonly standing: 'out'; readonly end: SessionEnd | null }
);

/** What a standing is made of. */
export interface StandingParts {
  readonly db: Database;
  readonly gate: Gate;
  readonly rules: Pick<Configuration, 'roleGroups' | 'accessHelp'>;
}

/** `GET /sign-in/standing` with cookie and page key: 200 with the {@link Standing}. Whoever lacks one of them is `out`, and so is a token. */
export async function sendStanding(
  request: IncomingMessage,
  response: ServerResponse,
  parts: StandingParts,
): Promise<void> {
  const credentials = credentialsOfRequest(request.headers, parts.gate.publicUrl);
  const own = credentials?.by === 'session' ? credentials : null;
  const judgement = await parts.gate.judge(own, 'page', 'looked at');
  sendJson(response, 200, await standingOf(judgement, own, parts));
}

async function standingOf(
  judgement: Judgement,
  own: Extract<Credentials, { by: 'session' }> | null,
  { db, rules }: StandingParts,
): Promise<Standing> {
  if (judgement.standing === 'out') {
    const end = own === null || own.pageKey === null ? null : await endOfSession(db, own.secret, own.pageKey);
    return { standing: 'out', user: null, accessHelp: null, end };
  }
  const { user } = judgement.standing === 'in' ? judgement.identity : judgement;
  const who = { user: user.name, accessHelp: rules.accessHelp };
  switch (judgement.standing) {
    case 'in':
      return { ...who, standing: 'in' };
    case 'half': {
      const { authenticator, triesLeft, lockedUntil } = await secondFactorStatus(db.em(), user.id);
      const secondFactor = {
        command: codeCommand,
        authenticator,
        triesLeft,
        lockedUntil: isoOf(lockedUntil),
      };
      return { ...who, standing: 'half', secondFactor };
    }
    case 'no group':
      return { ...who, standing: 'no group', groups: rules.roleGroups };
    case 'banned':
      return { ...who, standing: 'banned', reason: user.banReason ?? '' };
  }
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * `POST /sign-in/second-factor` with `{"code":"…"}`, cookie and page key, by somebody who signed in at the identity provider: half way in, or in
 * and to show it anew. 200 with another cookie and page key; 403 for a wrong code and 429 while locked, both with `message`, `triesLeft` and
 * `lockedUntil`; 400 where the session needs none; 401 for whoever has no session.
 */
export async function receiveSecondFactor(
  request: IncomingMessage,
  response: ServerResponse,
  { db, gate, logger }: SignInParts,
): Promise<void> {
  // Judged before the body is read: strangers have nothing to say here.
  const judgement = await gate.judge(credentialsOfRequest(request.headers, gate.publicUrl), 'page');
  const session = sessionOf(judgement);
  if (session === null || (judgement.standing !== 'half' && judgement.standing !== 'in')) {
    sendUnauthenticated(response);
    return;
  }
  if (session.way !== 'provider') {
    sendJson(response, 400, {
      message: 'This session was opened from the deployment host: it needs no code.',
    });
    return;
  }
  const code = await receiveCode(request, response);
  if (code === null) return;
  const user = judgement.standing === 'in' ? judgement.identity.user.name : judgement.user.name;
  const address = request.socket.remoteAddress ?? null;
  try {
    const next = await submitSecondFactor(db, { session, code, through: { channel: 'page', address } });
    logger.info({ user }, 'second factor shown');
    const cookie = sessionCookie(request.headers, gate.publicUrl, next.secret);
    sendJson(response, 200, { pageKey: next.pageKey }, { 'set-cookie': cookie });
  } catch (error) {
    if (error instanceof SessionGone) {
      sendUnauthenticated(response);
      return;
    }
    if (error instanceof SecondFactorRefused) {
      logger.warn({ user, address, left: error.triesLeft }, 'second factor refused: a wrong code');
      const { message, triesLeft, lockedUntil } = error;
      sendJson(response, 403, { message, triesLeft, lockedUntil: isoOf(lockedUntil) });
    } else if (error instanceof SecondFactorLocked) {
      const { message } = error;
      const seconds = Math.max(1, Math.ceil((error.lockedUntil - Date.now()) / 1000));
      sendJson(
        response,
        429,
        { message, triesLeft: 0, lockedUntil: isoOf(error.lockedUntil) },
        { 'retry-after': String(seconds) },
      );
    } else throw error;
  }
}
