// Owns the base path of the page: the server writes it into index.html, and every address of the page begins with it. Not which paths exist (route.ts).

/** The path below which the server is, without a slash at its end; empty if it is at `/`. */
export function basePath(): string {
  if (typeof document === 'undefined') return '';
  const element = document.querySelector<HTMLMetaElement>('meta[name="base-path"]');
  return element?.content.replace(/\/$/, '') ?? '';
}

/** The address of a path of the server. `path` begins with a slash. */
export const addressOf = (path: string): string => basePath() + path;

/** The path of the server at an address of the page: the opposite of {@link addressOf}. */
export function pathAt(address: string): string {
  const base = basePath();
  return address.startsWith(`${base}/`) ? address.slice(base.length) : address;
}
