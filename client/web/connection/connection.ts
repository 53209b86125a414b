// Owns what is said of the connection, and when a pause becomes "stale". Owns no connection: see transport.ts.

import { secondInUtc } from '../parts/time.ts';
import { text } from '../text.ts';
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
      return { words: text.connection.connecting, hint: text.connection.connecting, tone: 'wait' };
    case 'live': {
      if (connection.over === 'polling')
        return { words: text.connection.polling, hint: text.connection.overPolling, tone: 'live' };
      const hint = connection.over === 'websocket' ? text.connection.overSocket : text.connection.overEvents;
      return { words: text.connection.live, hint, tone: 'live' };
    }
    case 'signedOut':
      return { words: text.connection.signedOut, hint: text.signIn.signedOut, tone: 'out' };
    case 'reconnecting': {
      const hint = text.connection.lost;
      if (connection.heardAt === null) return { words: text.connection.never, hint, tone: 'stale' };
      if (now - connection.heardAt < hiccup)
        return { words: text.connection.reconnecting, hint, tone: 'wait' };
      return { words: text.connection.stale(secondInUtc(connection.heardAt)), hint, tone: 'stale' };
    }
  }
}
