// Owns where the viewer stands with the server: in, half way in, or kept out and why. Owns no page.
import { signal } from '@preact/signals';
import type { Role } from '../../generated/graphql.ts';
import { pageHeaders } from '../connection/wire.ts';
import { onChange } from '../parts/on-change.ts';
import { pageKey } from './session.ts';

const standings = ['in', 'half', 'no group', 'banned', 'out'] as const;

/** What `GET /sign-in/standing` answers. */
export interface Standing {
  /** `half`: the second factor is still to be shown · `no group`: in none of the groups that may see anything. */
  readonly standing: (typeof standings)[number];
  /** Null: nobody who is known. */
  readonly user: string | null;
  /** Whom to ask for access, in words; null: nobody is named. */
  readonly accessHelp: string | null;
  /** Which groups give which role; null: that is not told. */
  readonly groups: { readonly [Each in Lowercase<Role>]: readonly string[] } | null;
  /** Why somebody is banned; null: they are not, or no reason was given. */
  readonly reason: string | null;
  /** What is still to be shown; null: nothing. */
  readonly secondFactor: SecondFactorStatus | null;
  /** How the session of this browser came to its end; null: it did not, or there was none. */
  readonly end: 'ended' | 'expired' | null;
}

/** What somebody who is half way in can do. */
export interface SecondFactorStatus {
  /** What prints a code on the deployment host. */
  readonly command: string;
  /** Whether a code of an authenticator counts too. */
  readonly authenticator: boolean;
  readonly triesLeft: number;
  /** ISO 8601; null: codes are looked at. */
  readonly lockedUntil: string | null;
}

/** What keeps the viewer out although they are signed in; null: nothing that is known. True from `followStanding` on. */
export const outside = signal<Standing | null>(null);

/** The standings that have a page of their own. */
const keepingOut: readonly Standing['standing'][] = ['half', 'no group', 'banned'];

/** Forgets it whenever somebody signs in or out, in any tab: it was said of another session. */
export function followStanding(): void {
  onChange(pageKey, () => {
    outside.value = null;
  });
}

/** Reads an answer; null for what is none. Pure. */
export function standingIn(answer: unknown): Standing | null {
  const standing = standings.find((each) => each === member(answer, 'standing'));
  if (standing === undefined) return null;
  const groups = member(answer, 'groups');
  const factor = member(answer, 'secondFactor');
  const end = member(answer, 'end');
  return {
    standing,
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
            ...attemptsIn(factor),
          }
        : null,
    end: end === 'ended' || end === 'expired' ? end : null,
  };
}

/** How many codes are still looked at, and from when on again, in an answer of the server. Pure. */
export function attemptsIn(answer: unknown): Pick<SecondFactorStatus, 'triesLeft' | 'lockedUntil'> {
  const triesLeft = member(answer, 'triesLeft');
  const lockedUntil = textIn(answer, 'lockedUntil');
  return {
    triesLeft: typeof triesLeft === 'number' ? triesLeft : 0,
    lockedUntil: lockedUntil !== null && !Number.isNaN(Date.parse(lockedUntil)) ? lockedUntil : null,
  };
}

/** Asks the server, and notes in `outside` what keeps the viewer out. Null when the server cannot tell, or the key has changed meanwhile. */
export async function askStanding(): Promise<Standing | null> {
  const key = pageKey.value;
  const standing = await fetch('/sign-in/standing', { headers: pageHeaders(key) })
    .then(async (response) => standingIn(await response.json()))
    .catch(() => null);
  if (pageKey.value !== key) return null;
  outside.value = standing !== null && keepingOut.includes(standing.standing) ? standing : null;
  return standing;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** A text in an answer; null where there is none. Pure. */
export function textIn(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

function textsIn(value: unknown, name: string): string[] {
  const found = member(value, name);
  return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : [];
}
