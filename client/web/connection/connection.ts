// Owns what is said of the connection, and when a pause becomes "stale". Owns no connection: see transport.ts.
import { msg } from '../i18n/msg.ts';
import { secondInUtc } from '../parts/time.ts';
import type { Connection } from './transport.ts';

/** A pause shorter than this, in milliseconds, is no more than a hiccup: nothing on the page is called old for it. */
const hiccup = 3000;

/** @param now milliseconds since 1970 */
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
      if (connection.heardAt === null) return { words: msg('connection-state-never'), hint, tone: 'stale' };
      if (now - connection.heardAt < hiccup)
        return { words: msg('connection-state-reconnecting'), hint, tone: 'wait' };
      return { words: msg('connection-state-stale', secondInUtc(connection.heardAt)), hint, tone: 'stale' };
    }
  }
}
