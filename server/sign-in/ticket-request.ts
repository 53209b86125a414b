// Owns asking for a ticket: `POST /ticket`. Not tickets themselves (ticket.ts).
import type { Exchange } from '../http/exchange.ts';
import { splitTarget } from '../http/request-target.ts';
import { sendJson } from '../http/response.ts';
import type { SessionIdentity } from './identity.ts';
import { receiveMember } from './sign-in.ts';

/** What a ticket is for: the path with its query, without the ticket itself. Pure. */
export function ticketTarget({ path, query }: Pick<Exchange, 'path' | 'query'>): string {
  const rest = new URLSearchParams(query);
  rest.delete('ticket');
  return rest.size === 0 ? path : `${path}?${rest}`;
}

/** `POST /ticket` with `{"path":"…"}` and the page key: 200 with `{"ticket":"…"}`, for a GET of that path within half a minute. */
export async function sendTicket(exchange: Exchange, { session }: SessionIdentity): Promise<void> {
  const { response, context } = exchange;
  const target = await receiveMember(exchange, 'path');
  if (target === null) return;
  const { path, query } = splitTarget(target);
  const normalized = ticketTarget({ path, query: new URLSearchParams(query) });
  sendJson(response, 200, { ticket: context.tickets.make(session, normalized) });
}
