// Owns the sign-in state that the web client reads, and receiving the second factor. Not what a valid second factor is (schema/model/account/second-factor/second-factor.ts).
import type { ServerResponse } from 'node:http';
import type { ActionSource } from '../../schema/model/account/audit.ts';
import { hasPasskey, type PasskeySite } from '../../schema/model/account/second-factor/passkey.ts';
import { secondFactorStatus } from '../../schema/model/account/second-factor/second-factor.ts';
import {
  SecondFactorLocked,
  SecondFactorRefused,
  SessionGone,
  submitSecondFactor,
} from '../../schema/model/account/second-factor/second-factor-check.ts';
import {
  endOfSession,
  type NewSession,
  type Session,
  type SessionEnd,
} from '../../schema/model/account/session.ts';
import type { RoleGroups } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { ServerContext } from '../context.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendJson, sendUnauthenticated } from '../http/response.ts';
import {
  credentialsOfRequest,
  type Judgement,
  type SessionCredentials,
  sessionOf,
  userOf,
} from './identity.ts';
import { passkeySiteOf } from './passkey-site.ts';
import { receiveMember, sessionCookie } from './sign-in.ts';

/** The command on the deployment host that prints a code. */
const codeCommand = 'spiderpig otp';

/** The sign-in state of a browser, as JSON. Times are ISO 8601. */
export type Standing = {
  readonly user: string | null;
  /** How to get access, from the configuration; null if not configured, or not signed in. */
  readonly accessHelp: string | null;
} & (
  | { readonly standing: 'in' }
  | {
      readonly standing: 'half';
      readonly secondFactor: {
        readonly command: string;
        /** Whether a code of an authenticator is accepted too. */
        readonly authenticator: boolean;
        /** Whether a passkey is accepted at this address too. */
        readonly passkey: boolean;
        readonly triesLeft: number;
        readonly lockedUntil: string | null;
      };
    }
  /** `groups`: the groups that have each role. */
  | { readonly standing: 'no group'; readonly groups: RoleGroups }
  | { readonly standing: 'banned'; readonly reason: string }
  /**
   * `end`: why the session of this browser ended; null if it had none. `isAmbiguous`: the browser sent several session cookies, none of which is
   * accepted: something else set one, and the user must clear the cookies of this site.
   */
  | { readonly standing: 'out'; readonly end: SessionEnd | null; readonly isAmbiguous?: true }
);

/** `GET /sign-in/standing` with cookie and page key: 200 with the {@link Standing}. It is `out` if one of them is missing, and for a token. */
export async function sendStanding({ request, response, context, host }: Exchange): Promise<void> {
  const credentials = credentialsOfRequest(request.headers, context.gate);
  const own = credentials?.by === 'session' ? credentials : null;
  const judgement = await context.gate.judge(own, 'page', 'looked at');
  sendJson(
    response,
    200,
    await standingOf(judgement, own, context, passkeySiteOf(host, context.gate.publicUrl)),
  );
}

async function standingOf(
  judgement: Judgement,
  own: SessionCredentials | null,
  { db, configuration }: ServerContext,
  site: PasskeySite | null,
): Promise<Standing> {
  if (judgement.standing === 'out') {
    const isAmbiguous = own !== null && own.others.length > 0;
    const end = await endOf(own, db);
    return { standing: 'out', user: null, accessHelp: null, end, ...(isAmbiguous ? { isAmbiguous } : {}) };
  }
  const { user } = judgement.standing === 'in' ? judgement.identity : judgement;
  const who = { user: user.name, accessHelp: configuration.accessHelp };
  switch (judgement.standing) {
    case 'in':
      return { ...who, standing: 'in' };
    case 'half': {
      const { authenticator, triesLeft, lockedUntil } = await secondFactorStatus(
        db.em(),
        user.id,
        judgement.session,
      );
      const secondFactor = {
        command: codeCommand,
        authenticator,
        passkey: site !== null && (await hasPasskey(db.em(), user.id, site)),
        triesLeft,
        lockedUntil: isoOf(lockedUntil),
      };
      return { ...who, standing: 'half', secondFactor };
    }
    case 'no group':
      return { ...who, standing: 'no group', groups: configuration.roleGroups };
    case 'banned':
      return { ...who, standing: 'banned', reason: user.banReason ?? '' };
  }
}

/** How the session of one of the cookies ended; null if none of them had a session with this page key. */
async function endOf(own: SessionCredentials | null, db: Database): Promise<SessionEnd | null> {
  if (own === null || own.pageKey === null) return null;
  for (const secret of [own.secret, ...own.others]) {
    const end = await endOfSession(db, secret, own.pageKey);
    if (end !== null) return end;
  }
  return null;
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * `POST /sign-in/second-factor` with `{"code":"…"}`, cookie and page key, for a session from the identity provider that needs
 * the second factor, or renews it. 200 with a new cookie and page key; 403 for a wrong code and 429 while locked, both with `message`, `triesLeft`
 * and `lockedUntil`; 400 if the session needs no second factor; 401 without a session.
 */
export async function receiveSecondFactor(exchange: Exchange): Promise<void> {
  // Before the body is read: requests without a session are refused early.
  const judged = await judgeForSecondFactor(exchange);
  if (judged === null) return;
  const code = await receiveMember(exchange, 'code');
  if (code === null) return;
  const { session } = judged;
  await sendSecondFactor(exchange, judged.user, (through) =>
    submitSecondFactor(exchange.context.db, { session, code, through }),
  );
}

/** The session that needs or renews its second factor; null if none exists, and the request was answered with 401 or 400. */
export async function judgeForSecondFactor({
  request,
  response,
  context: { gate },
}: Exchange): Promise<{ readonly session: Session; readonly user: string | undefined } | null> {
  const judgement = await gate.judge(credentialsOfRequest(request.headers, gate), 'page');
  const session = sessionOf(judgement);
  if (session === null || (judgement.standing !== 'half' && judgement.standing !== 'in')) {
    sendUnauthenticated(response);
    return null;
  }
  if (session.way === 'provider') return { session, user: userOf(judgement)?.name };
  sendJson(response, 400, {
    message: 'This session was opened with a sign-in link: it needs no code.',
  });
  return null;
}

/** Submits a second factor, and answers with the new cookie and page key, or with the refusal. */
export async function sendSecondFactor(
  { request, response, context: { gate, logger } }: Exchange,
  user: string | undefined,
  submit: (through: ActionSource) => Promise<NewSession>,
): Promise<void> {
  const address = request.socket.remoteAddress ?? null;
  try {
    const next = await submit({ channel: 'page', address });
    logger.info({ user }, 'second factor accepted');
    const cookie = sessionCookie(request.headers, gate, next.secret);
    sendJson(response, 200, { pageKey: next.pageKey }, { 'set-cookie': cookie });
  } catch (error) {
    if (error instanceof SecondFactorRefused)
      logger.warn({ user, address, triesLeft: error.triesLeft }, 'second factor refused');
    sendSecondFactorError(response, error);
  }
}

/** Throws any error that is not one of the second factor. */
function sendSecondFactorError(response: ServerResponse, error: unknown): void {
  if (error instanceof SessionGone) {
    sendUnauthenticated(response);
    return;
  }
  if (error instanceof SecondFactorRefused) {
    const { message, triesLeft, lockedUntil } = error;
    sendJson(response, 403, { message, triesLeft, lockedUntil: isoOf(lockedUntil) });
    return;
  }
  if (!(error instanceof SecondFactorLocked)) throw error;
  const { message, lockedUntil } = error;
  const seconds = Math.max(1, Math.ceil((lockedUntil - Date.now()) / 1000));
  const body = { message, triesLeft: 0, lockedUntil: isoOf(lockedUntil) };
  sendJson(response, 429, body, { 'retry-after': String(seconds) });
}
