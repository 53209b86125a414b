// Owns the words for the state of the connection. The connection itself is in transport.ts.
import { msg } from '../i18n/msg.ts';
import { serverTimeOf } from '../state/server-clock.ts';
import { secondInUtc } from '../state/time.ts';
import type { Connection } from './transport.ts';

/** Milliseconds without a message before the page is shown as possibly outdated. */
const staleAfter = 3000;

/** @param now milliseconds since 1970, by the clock of the browser, as the moments of the connection */
export function connectionInWords(
  connection: Connection,
  now: number,
): { words: string; hint: string; tone: 'wait' | 'live' | 'stale' | 'out' } {
  switch (connection.state) {
    case 'connecting':
      return {
        words: msg('connection-state-connecting'),
        hint: msg('connection-state-connecting'),
        tone: 'wait',
      };
    case 'live': {
      if (connection.over === 'polling')
        return {
          words: msg('connection-state-polling'),
          hint: msg('connection-state-over-polling'),
          tone: 'live',
        };
      const hint =
        connection.over === 'websocket'
          ? msg('connection-state-over-socket')
          : msg('connection-state-over-events');
      return { words: msg('connection-state-live'), hint, tone: 'live' };
    }
    case 'signedOut':
      return { words: msg('connection-state-signed-out'), hint: msg('sign-in-signed-out'), tone: 'out' };
    case 'reconnecting': {
      const hint = msg('connection-state-lost');
      if (connection.lastMessageAt === null)
        return { words: msg('connection-state-never'), hint, tone: 'stale' };
      if (now - connection.lastMessageAt < staleAfter)
        return { words: msg('connection-state-reconnecting'), hint, tone: 'wait' };
      return {
        words: msg('connection-state-stale', secondInUtc(serverTimeOf(connection.lastMessageAt))),
        hint,
        tone: 'stale',
      };
    }
  }
}
