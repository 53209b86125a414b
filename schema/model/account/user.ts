// Owns who people are: the user entity. Not how they sign in (session.ts, token.ts).
import { defineEntity, type EntityManager, p } from '@mikro-orm/core';
import { text, time } from '../store/column.ts';

/** What somebody may do. Each role may do what those before it may. */
export const roles = ['viewer', 'deployer', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Which groups of the identity provider amount to which role; somebody in none of them has no role. An empty list of viewers: everybody who signs in there sees. */
export type RoleGroups = { readonly [Each in Role]: readonly string[] };

/** The strongest role that these groups give; null: none. Pure. */
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
    /** As the deployment host knows them; scap attributes deployments to it. */
    name: text().unique(),
    createdAt: time(),
    /** The groups the identity provider told of at the last sign-in there; null: never signed in there. */
    groups: p.json<readonly string[] | null>().nullable(),
    /** Since when they are kept out, by whom (that account's number) and why; all null: they are not. */
    bannedAt: time().nullable(),
    bannedBy: p.integer().nullable(),
    banReason: text().nullable(),
  },
});

/** A person (or, for an API token, the person it acts for). */
export class User extends UserSchema.class {}
UserSchema.setClass(User);

/** The columns of an account, for a statement that reads it as `a` beside another row: {@link accountOf} takes them. */
export const accountColumns = ['id', 'name', 'created_at', 'groups', 'banned_at', 'banned_by', 'ban_reason']
  .map((column) => `a.${column} as account_${column}`)
  .join(', ');

/** The account of a row that was read with {@link accountColumns}. */
export function accountOf(em: EntityManager, row: Readonly<Record<string, unknown>>): User {
  const columns = Object.entries(row)
    .filter(([name]) => name.startsWith('account_'))
    .map(([name, value]) => [name.slice('account_'.length), value]);
  return em.map(User, Object.fromEntries(columns));
}

/** User names are what a Unix account or a Wikimedia account can be called: no control characters, no leading dash, at most 85 characters. */
export const userNamePattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.@ -]{0,84}$/u;

/** The user of this name, made if there is none. Runs in the caller's transaction. */
export async function userNamed(em: EntityManager, name: string, now: number): Promise<User> {
  await em.upsert(User, { name, createdAt: now }, { onConflictFields: ['name'], onConflictAction: 'ignore' });
  return await em.findOneOrFail(User, { name });
}
