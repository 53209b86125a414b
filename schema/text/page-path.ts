// Owns which page of the web client is at a path: the page opens it, and the server answers all other paths with 404. Pure.
import { startOfWeek } from './week.ts';

/** A page of the web client. */
export type PagePath =
  | { readonly page: 'overview' }
  | { readonly page: 'account' | 'device' | 'admin' | 'train' | 'errors' | 'signIn' }
  | { readonly page: 'job'; readonly id: string }
  /** `week`: `2026-W48`; null: the last weeks. */
  | { readonly page: 'statistics'; readonly week: string | null };

/** Pages with one path each. scap's own web interface had those below `/mediawiki`, which people have in bookmarks and messages. */
const pages: readonly (readonly [RegExp, PagePath])[] = [
  [/^\/(?:index\.html|mediawiki\/backport\/?)?$/, { page: 'overview' }],
  [/^\/account\/?$/, { page: 'account' }],
  [/^\/device\/?$/, { page: 'device' }],
  [/^\/statistics\/?$/, { page: 'statistics', week: null }],
  [/^\/admin\/?$/, { page: 'admin' }],
  [/^\/(?:mediawiki\/)?train\/?$/, { page: 'train' }],
  [/^\/(?:errors|mediawiki\/logs)\/?$/, { page: 'errors' }],
  [/^\/sign-in\/?$/, { page: 'signIn' }],
];

/** The page at a path, below the base path; null if none exists. */
export function pageAt(path: string): PagePath | null {
  const id = /^\/jobs\/([1-9][0-9]{0,15})\/?$/.exec(path)?.[1];
  if (id !== undefined) return { page: 'job', id };
  const week = /^\/weeks\/([0-9]{4}-W[0-9]{2})\/?$/.exec(path)?.[1];
  if (week !== undefined) return { page: 'statistics', week };
  return pages.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

/** Whether something is at a path. The page of a week that no year has says so itself. */
export function existsAt(path: string): boolean {
  const found = pageAt(path);
  const isWeek = found?.page === 'statistics' && found.week !== null;
  return found !== null && !(isWeek && startOfWeek(found.week) === null);
}
