// Owns where the viewer stands with the server: in, half-way in, or kept out and why. Owns no page.
import type { Role } from '../generated/graphql.ts';
import { Cell } from './cell.ts';
import { pageKey } from './session.ts';
import { pageHeaders } from './wire.ts';

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
}

/** What keeps the viewer out although they are signed in; null: nothing that is known. True from `followStanding` on. */
export const outside = new Cell<Standing | null>(null);

/** Forgets it whenever somebody signs in or out, in any tab: it was said of another session. */
export function followStanding(): void {
  pageKey.watch(() => {
    outside.value = null;
  });
}

/** Reads an answer; null for what is none. Pure. */
export function standingIn(answer: unknown): Standing | null {
  const standing = standings.find((each) => each === member(answer, 'standing'));
  if (standing === undefined) return null;
  const groups = member(answer, 'groups');
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
  };
}

/** Asks the server, and notes in `outside` what keeps the viewer out. Null when the server cannot tell. */
export async function askStanding(): Promise<Standing | null> {
  const standing = await fetch('/sign-in/standing', { headers: pageHeaders(pageKey.value) })
    .then(async (response) => standingIn(await response.json()))
    .catch(() => null);
  outside.value = standing?.standing === 'no group' ? standing : null;
  return standing;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textIn(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

function textsIn(value: unknown, name: string): string[] {
  const found = member(value, name);
  return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : [];
}
