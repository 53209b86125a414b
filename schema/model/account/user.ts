// Owns users and their roles. Not how they sign in (session.ts, token.ts).
import { defineEntity, type EntityManager, p } from '@mikro-orm/core';
import { text, time } from '../store/column.ts';

/** What a user may do. Each role includes the ones before it. */
export const roles = ['viewer', 'deployer', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/**
 * The groups of the identity provider that give each role; a user in none of them has no role. An empty list of viewers: everybody who
 * signs in there is a viewer.
 */
export type RoleGroups = { readonly [Each in Role]: readonly string[] };

/** The highest role that these groups give; null: none. Pure. */
export function roleOfGroups(groups: readonly string[], needed: RoleGroups): Role | null {
  const found = roles.toReversed().find((role) => needed[role].some((group) => groups.includes(group)));
  return found ?? (needed.viewer.length === 0 ? 'viewer' : null);
}

const UserSchema = defineEntity({
  name: 'User',
  // `user` is a reserved word on PostgreSQL.
  tableName: 'account',
  properties: {
    id: p.integer().primary(),
    /** The account's name on the deployment host; scap attributes deployments to it. */
    name: text().unique(),
    createdAt: time(),
    /** The groups reported by the identity provider at the last sign-in there; null: never signed in there. */
    groups: p.json<readonly string[] | null>().nullable(),
    /** When the user was banned, by whom (that account's number) and why; all null: not banned. */
    bannedAt: time().nullable(),
    bannedBy: p.integer().nullable(),
    banReason: text().nullable(),
  },
});

/** A person (or, for an API token, the person it acts for). */
export class User extends UserSchema.class {}
UserSchema.setClass(User);

/** The columns of an account for a statement that joins it as `a`; {@link accountOf} reads them. */
export const accountColumns = ['id', 'name', 'created_at', 'groups', 'banned_at', 'banned_by', 'ban_reason']
  .map((column) => `a.${column} as account_${column}`)
  .join(', ');

/** The account in a row that was selected with {@link accountColumns}. */
export function accountOf(em: EntityManager, row: Readonly<Record<string, unknown>>): User {
  const columns = Object.entries(row)
    .filter(([name]) => name.startsWith('account_'))
    .map(([name, value]) => [name.slice('account_'.length), value]);
  return em.map(User, Object.fromEntries(columns));
}

/** Valid user names, as Unix and Wikimedia accounts have them: no control characters, no leading dash, at most 85 characters. */
export const userNamePattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.@ -]{0,84}$/u;

/** The user of this name, created if it does not exist. Runs in the caller's transaction. */
export async function userNamed(em: EntityManager, name: string, now: number): Promise<User> {
  await em.upsert(User, { name, createdAt: now }, { onConflictFields: ['name'], onConflictAction: 'ignore' });
  return await em.findOneOrFail(User, { name });
}
