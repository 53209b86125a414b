// Owns the access of the signed-in user as the server reports it: granted, second factor missing, or refused and why.
import { signal } from '@preact/signals';
import type { Role } from '../../generated/graphql.ts';
import { addressOf } from '../base-path.ts';
import { pageHeaders } from '../connection/wire.ts';
import { onChange } from '../state/on-change.ts';
import { pageKey } from './session.ts';

const accessStates = ['in', 'half', 'no group', 'banned', 'out'] as const;

/** The answer of `GET /sign-in/standing`. */
export interface Access {
  /** `half`: the second factor is missing · `no group`: the user is in no group with access. */
  readonly state: (typeof accessStates)[number];
  /** The user name; null when signed out. */
  readonly user: string | null;
  /** Text of the operator on how to get access; null when not configured. */
  readonly accessHelp: string | null;
  /** The groups that give each role; null when the server does not send them. */
  readonly groups: { readonly [Each in Lowercase<Role>]: readonly string[] } | null;
  /** The reason of a ban; null when not banned or without a reason. */
  readonly reason: string | null;
  /** The missing second factor; null when none is missing. */
  readonly secondFactor: SecondFactorStatus | null;
  /** How the session of this browser ended; null when it did not end, or there was none. */
  readonly end: 'ended' | 'expired' | null;
  /** Whether the browser sent several session cookies, and none is accepted: the user must clear the cookies of this site. */
  readonly isAmbiguous: boolean;
}

/** How the user can verify the second factor. */
export interface SecondFactorStatus {
  /** The command that prints a code on the deployment host. */
  readonly command: string;
  /** Whether a code of an authenticator is accepted too. */
  readonly authenticator: boolean;
  /** Whether a passkey is accepted at this address too. */
  readonly passkey: boolean;
  readonly triesLeft: number;
  /** ISO 8601; null when codes are accepted. */
  readonly lockedUntil: string | null;
}

/** Why a signed-in user has no access; null when there is no known reason. Valid after `followAccess` was called. */
export const deniedAccess = signal<Access | null>(null);

/** Each of these has its own page instead of the application. */
const withoutAccess: readonly Access['state'][] = ['half', 'no group', 'banned'];

/** Clears `deniedAccess` at each sign-in and sign-out, in any tab, because it belongs to the previous session. */
export function followAccess(): void {
  onChange(pageKey, () => {
    deniedAccess.value = null;
  });
}

/** Parses an answer; null when it is not valid. Pure. */
export function parseAccess(answer: unknown): Access | null {
  const state = accessStates.find((each) => each === member(answer, 'standing'));
  if (state === undefined) return null;
  const groups = member(answer, 'groups');
  const factor = member(answer, 'secondFactor');
  const end = member(answer, 'end');
  return {
    state,
    user: textIn(answer, 'user'),
    accessHelp: textIn(answer, 'accessHelp'),
    groups:
      typeof groups === 'object' && groups !== null
        ? {
            viewer: textsIn(groups, 'viewer'),
            deployer: textsIn(groups, 'deployer'),
            admin: textsIn(groups, 'admin'),
          }
        : null,
    reason: textIn(answer, 'reason'),
    secondFactor:
      typeof factor === 'object' && factor !== null
        ? {
            command: textIn(factor, 'command') ?? '',
            authenticator: member(factor, 'authenticator') === true,
            passkey: member(factor, 'passkey') === true,
            ...parseAttempts(factor),
          }
        : null,
    end: end === 'ended' || end === 'expired' ? end : null,
    isAmbiguous: member(answer, 'isAmbiguous') === true,
  };
}

/** Parses how many attempts are left and until when the second factor is locked. Pure. */
export function parseAttempts(answer: unknown): Pick<SecondFactorStatus, 'triesLeft' | 'lockedUntil'> {
  const triesLeft = member(answer, 'triesLeft');
  const lockedUntil = textIn(answer, 'lockedUntil');
  return {
    triesLeft: typeof triesLeft === 'number' ? triesLeft : 0,
    lockedUntil: lockedUntil !== null && !Number.isNaN(Date.parse(lockedUntil)) ? lockedUntil : null,
  };
}

/** Asks the server and updates `deniedAccess`. Null when the server did not answer, or the key changed meanwhile. */
export async function fetchAccess(): Promise<Access | null> {
  const key = pageKey.value;
  const access = await fetch(addressOf('/sign-in/standing'), { headers: pageHeaders(key) })
    .then(async (response) => parseAccess(await response.json()))
    .catch(() => null);
  if (pageKey.value !== key) return null;
  deniedAccess.value = access !== null && withoutAccess.includes(access.state) ? access : null;
  return access;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** A string member of an answer; null when missing. Pure. */
export function textIn(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

function textsIn(value: unknown, name: string): string[] {
  const found = member(value, name);
  return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : [];
}
