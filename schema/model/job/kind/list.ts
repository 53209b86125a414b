// Owns the list of all kinds of jobs. Everything that depends on the kind of a job asks the module that is listed here.
import { backport } from './backport.ts';
import type { KindModule } from './kind.ts';
import { revert } from './revert.ts';
import { train } from './train.ts';

const modules = { backport, revert, train } as const satisfies Readonly<Record<string, KindModule>>;

/** The name of a kind, as it is stored. A new one needs no migration: the column has no check constraint. */
export type JobKind = keyof typeof modules;

const isKind = (name: string): name is JobKind => Object.hasOwn(modules, name);

/** The names of all kinds. */
export const jobKinds: readonly JobKind[] = Object.keys(modules).filter(isKind);

export const kindOf = (name: JobKind): KindModule => modules[name];

/** The module of a kind that may come from a later version; null if this version does not know it. */
export const findKind = (name: string): KindModule | null => (isKind(name) ? modules[name] : null);
