// Owns which addresses somebody may be sent to after signing in: paths of ours and nothing else. Pure. The page has the same rule (client/web/parts/own-path.ts).

/** The longest path that is kept, in UTF-16 units. */
const longestPath = 2_000;

/** That path where it is one of ours, else `/`. Whatever a browser could take for another host is none, nor is the sign-in page. */
export function ownPath(wish: string | null): string {
  if (wish === null || wish.length > longestPath) return '/';
  // Browsers read a backslash as a slash, and skip control characters.
  if (!/^\/(?!\/)[^\x00-\x20\x7f-\x9f\\]*$/.test(wish) || !wish.isWellFormed()) return '/';
  const url = URL.canParse(wish, 'http://own.invalid') ? new URL(wish, 'http://own.invalid') : null;
  // `/.//host` is on our host, but its path begins as an address of another one does.
  if (url === null || url.host !== 'own.invalid' || url.pathname.startsWith('//')) return '/';
  return /^\/sign-in(?:\/|$)/.test(url.pathname) ? '/' : wish;
}
