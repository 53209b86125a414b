import { expect, test } from 'vitest';
import { hashSecret } from '../../schema/model/account/secret.ts';
import { maxUsed, Tickets, ticketLifetime } from './ticket.ts';

const session = { id: 7, user: 1, pageKeyHash: hashSecret('key') };
const path = '/jobs/1/log.txt?colours=no';

test('C11 a ticket is valid once, for one path of one session', () => {
  const tickets = new Tickets();
  const ticket = tickets.make(session, path);
  expect(tickets.redeem(session, '/jobs/2/log.txt?colours=no', ticket)).toBe(false);
  expect(tickets.redeem({ ...session, id: 8 }, path, ticket)).toBe(false);
  expect(tickets.redeem({ ...session, pageKeyHash: hashSecret('new key') }, path, ticket)).toBe(false);
  expect(tickets.redeem(session, path, ticket)).toBe(true);
  expect(tickets.redeem(session, path, ticket)).toBe(false);
});

test('C11 a ticket expires, and cannot be changed to expire later', () => {
  let now = 1_000_000;
  const tickets = new Tickets(() => now);
  const ticket = tickets.make(session, path);
  const later = ticket.replace(/^\d+/, String(now + ticketLifetime - 1));
  expect(tickets.redeem(session, path, later)).toBe(false);
  now += ticketLifetime;
  expect(tickets.redeem(session, path, ticket)).toBe(false);
});

test('W3 a user who uses very many tickets keeps nobody else from downloading', () => {
  const tickets = new Tickets();
  const use = (by: typeof session) => tickets.redeem(by, path, tickets.make(by, path));
  const used = Array.from({ length: maxUsed + 1 }, () => use(session));
  expect(used.filter(Boolean)).toHaveLength(maxUsed);
  expect(use({ ...session, id: 9 })).toBe(false);
  expect(use({ ...session, id: 8, user: 2 })).toBe(true);
});

test.each(['', '.', 'x.y.z', `${Date.now()}..`, `1e9.${'a'.repeat(12)}.${'a'.repeat(43)}`])(
  'C11 the malformed ticket %j is refused',
  (ticket) => {
    expect(new Tickets().redeem(session, path, ticket)).toBe(false);
  },
);
