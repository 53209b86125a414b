// Owns who may use each path outside of GraphQL, computed from the routing table: the second part of docs/rights.md. Not the rules (route.ts).
import { type CallerName, callers } from '../schema/graphql/access.ts';
import { type Route, routes, staticFiles } from './route.ts';

/** All kinds of callers: those of GraphQL, and a program that has only the cookie of an admin. */
export const routeCallers = [...callers.map(({ name }) => name), 'cookie alone'] as const;
export type RouteCaller = CallerName | 'cookie alone';

/** The callers that a route lets in. A route without a page key or a token may still refuse by what the request contains. Pure. */
export function allowedCallers({ access }: Pick<Route, 'access'>): ReadonlySet<RouteCaller> {
  const complete: readonly CallerName[] = ['viewer', 'deployer', 'admin', 'token read', 'token deploy'];
  switch (access) {
    case 'public':
    case 'local or page key':
      return new Set(routeCallers);
    case 'cookie':
    case 'browser':
      return new Set([...complete, 'cookie alone']);
    case 'https cookie':
      return new Set(['token read', 'token deploy']);
    case 'page key':
      return new Set(complete);
    case 'session':
      return new Set(['viewer', 'deployer', 'admin']);
    case 'admin':
      return new Set(['admin']);
  }
}

/** The path as people write it: `…` stands for any text. Pure. */
function pathText({ path }: Pick<Route, 'path'>): string {
  if (typeof path === 'string') return path;
  const text = path.source
    .replace(/^\^/, '')
    .replaceAll('\\/', '/')
    .replaceAll('\\.', '.')
    .replaceAll('[^/]+', '…');
  return text.endsWith('$') ? text.slice(0, -1) : `${text}…`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function routeRow(route: Route): string {
  const { method, access, ticket, why = '' } = route;
  const allowed = allowedCallers(route);
  return row([
    `\`${method} ${pathText(route)}\``,
    ticket ? `${access}, or a ticket` : access,
    ...routeCallers.map((name) => (allowed.has(name) ? 'yes' : '–')),
    why,
  ]);
}

/** The table as it is committed. Pure. */
export function routeTable(): string {
  return [
    '# Access rights of all paths outside of GraphQL',
    '',
    'From the routing table, `routes` of `server/route.ts`, which decides. `cookie alone`: a program that has the cookie of an admin, but not the page key, such as a program on another port of this host. A ticket stands for the page key of its session, for one path, once. `local or page key`: the row shows clients on this host; others need the page key or a token. `https cookie`: the row shows a loopback address; at the public https address, everyone who is signed in is let in, and there no other program has the cookie. A WebSocket to `/graphql` is opened for everyone, and closed unless its first message proves what `POST /graphql` requires. `server/route.test.ts` checks the same against a real server.',
    '',
    row(['path', 'rule', ...routeCallers, 'why it needs neither page key nor token']),
    row(['---', '---', ...routeCallers.map(() => ':-:'), '---']),
    ...[...routes, staticFiles].map(routeRow),
    '',
  ].join('\n');
}
