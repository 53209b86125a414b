// Owns the rule for redirect targets after signing in: only same-origin paths, because anybody can write the `next` parameter of a URL. Pure.

/** The longest path that is accepted, in UTF-16 units. */
const maxLength = 2_000;

/**
 * `path` if it is a same-origin path, else `/`. Anything that a browser could resolve to another host is rejected, and so is the sign-in page
 * itself, which would redirect in a loop.
 */
export function sameOriginPath(path: string | null): string {
  if (path === null || path.length > maxLength) return '/';
  // Browsers treat a backslash as a slash, and skip control characters.
  if (!/^\/(?!\/)[^\x00-\x20\x7f-\x9f\\]*$/.test(path) || !path.isWellFormed()) return '/';
  const url = URL.canParse(path, 'http://own.invalid') ? new URL(path, 'http://own.invalid') : null;
  // `/.//host` is on this host, but its normalized path begins like a protocol-relative URL.
  if (url === null || url.host !== 'own.invalid' || url.pathname.startsWith('//')) return '/';
  return /^\/sign-in(?:\/|$)/.test(url.pathname) ? '/' : path;
}
