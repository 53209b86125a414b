// Owns users and their roles. Not how they sign in (session.ts, token.ts).
import { defineEntity, type EntityManager, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import { text, time } from '../store/column.ts';
import { nameKey, normalizedName } from './name.ts';

/** What a user may do. Each role includes the ones before it. */
export const roles = ['viewer', 'deployer', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/**
 * The groups of the identity provider that give each role; a user in none of them has no role. An empty list of viewers: everyone who
 * signs in there is a viewer.
 */
export type RoleGroups = { readonly [Each in Role]: readonly string[] };

/** The highest role that these groups give; null if none. Pure. */
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
    /** {@link nameKey} of the name, and its skeleton (name-likeness.ts); null if the account was made by an earlier version. */
    nameKey: text().nullable().unique(),
    nameSkeleton: text().nullable().index(),
    createdAt: time(),
    /** The person at the identity provider (`iss` and `sub`) whose account this is; null if nobody has completed a sign-in there. */
    providerIssuer: text().nullable(),
    providerSubject: text().nullable(),
    /** The groups reported by the identity provider at the last sign-in there; null if never signed in there. */
    groups: p.json<readonly string[] | null>().nullable(),
    /** When the user was banned, by whom (that account's number) and why; all null if not banned. */
    bannedAt: time().nullable(),
    bannedBy: p.integer().nullable(),
    banReason: text().nullable(),
  },
  uniques: [{ name: 'account_provider_person', properties: ['providerIssuer', 'providerSubject'] }],
});

/** A person (or, for an API token, the person it acts for). */
export class User extends UserSchema.class {}
UserSchema.setClass(User);

/** The columns of an account for a statement that joins it as `a`; {@link accountOf} reads them. */
export const accountColumns = [
  'id',
  'name',
  'name_key',
  'name_skeleton',
  'created_at',
  'groups',
  'provider_issuer',
  'provider_subject',
  'banned_at',
  'banned_by',
  'ban_reason',
]
  .map((column) => `a.${column} as account_${column}`)
  .join(', ');

/** The account in a row that was selected with {@link accountColumns}. */
export function accountOf(em: EntityManager, row: Readonly<Record<string, unknown>>): User {
  const columns = Object.entries(row)
    .filter(([name]) => name.startsWith('account_'))
    .map(([name, value]) => [name.slice('account_'.length), value]);
  return em.map(User, Object.fromEntries(columns));
}

/** The name cannot be given to a new user. */
export class NameNotAccepted extends DomainError {
  constructor(name: string, existing: string) {
    super(
      `The user name “${name}” looks like “${existing}”, which exists, but is written with other characters. Use the existing name, or one that looks different.`,
    );
  }
}

/**
 * The user of this name, created if it does not exist. A name that differs only in case is the same user. Runs in the caller's transaction. Throws
 * {@link NameNotAccepted} for a new name that looks like that of another user.
 */
export async function userNamed(em: SqlEntityManager, name: string, now: number): Promise<User> {
  const wanted = normalizedName(name);
  const found = await findUserNamed(em, wanted);
  if (found) return found;
  const { looksLike, nameSkeleton } = await import('./name-likeness.ts');
  const nameSkeletonOfNew = nameSkeleton(wanted);
  const similar = await em.find(User, { nameSkeleton: nameSkeletonOfNew });
  const other = similar.find((each) => looksLike(each.name, wanted));
  if (other) throw new NameNotAccepted(wanted, other.name);
  // Another process can create the same user meanwhile: PostgreSQL then finds a conflict in any of the unique columns, so none is named here.
  await em
    .createQueryBuilder(User)
    .insert({ name: wanted, nameKey: nameKey(wanted), nameSkeleton: nameSkeletonOfNew, createdAt: now })
    .onConflict()
    .ignore()
    .execute();
  return await em.findOneOrFail(User, { nameKey: nameKey(wanted) });
}

/** A user, or the one of this name, as {@link userNamed}: an operator gets an account with what they do, not with what is refused. */
export const userOf = (em: SqlEntityManager, user: User | string, now: number): Promise<User> =>
  typeof user === 'string' ? userNamed(em, user, now) : Promise.resolve(user);

/** The user of this name in any case; null if none exists. Completes the accounts of earlier versions. Runs in the caller's transaction. */
export async function findUserNamed(em: EntityManager, wanted: string): Promise<User | null> {
  const exact = await em.findOne(User, { name: wanted });
  if (exact) return exact;
  const unkeyed = await em.find(User, { nameKey: null }, { orderBy: { id: 'asc' } });
  if (unkeyed.length > 0) await addKeys(em, unkeyed);
  return await em.findOne(User, { nameKey: nameKey(wanted) });
}

/** Completes accounts of earlier versions. */
async function addKeys(em: EntityManager, unkeyed: readonly User[]): Promise<void> {
  const { nameSkeleton } = await import('./name-likeness.ts');
  for (const { id, name } of unkeyed) {
    const key = nameKey(name);
    // Two accounts of an earlier version can have the same key: the older one keeps it. No name contains a colon.
    const taken = (await em.count(User, { nameKey: key })) > 0;
    const keys = { nameKey: taken ? `same:${id}` : key, nameSkeleton: nameSkeleton(name) };
    await em.nativeUpdate(User, { id, nameKey: null }, keys);
  }
}

/** Who a person is at an identity provider. The two together never change and are never given to another person. */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Whether the account may be used by this person: it is theirs, or nobody's yet. Pure. */
export const isAccountOf = (
  { providerIssuer, providerSubject }: Pick<User, 'providerIssuer' | 'providerSubject'>,
  { issuer, subject }: ProviderIdentity,
): boolean => providerSubject == null || (providerIssuer === issuer && providerSubject === subject);

/**
 * Gives the account to this person, unless it is another person's, and stores their groups. Called when a sign-in is complete, not before: until then
 * nothing about a user changes. Returns whether the account is theirs. Runs in the caller's transaction.
 */
export async function bindAccount(
  em: SqlEntityManager,
  userId: number,
  { issuer, subject }: ProviderIdentity,
  groups: readonly string[],
): Promise<boolean> {
  const own = [{ providerSubject: null }, { providerIssuer: issuer, providerSubject: subject }];
  const bound = { providerIssuer: issuer, providerSubject: subject, groups: [...groups] };
  return (await em.nativeUpdate(User, { id: userId, $or: own }, bound)) === 1;
}
