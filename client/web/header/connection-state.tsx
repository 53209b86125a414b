// Owns how the header shows the state of the connection.
import { cdxIconNetworkOff } from '@wikimedia/codex-icons';
import { connectionInWords } from '../connection/connection.ts';
import type { Connection } from '../connection/transport.ts';
import { Icon } from '../parts/icon.tsx';
import { useNow } from '../state/clock.ts';

export function ConnectionState({ connection }: { connection: Connection }) {
  // The moments of the connection are of the clock of the browser; this renders once a second.
  useNow(connection.state === 'reconnecting');
  const { words, hint, tone } = connectionInWords(connection, Date.now());
  return (
    <span class={`connection connection--${tone}`} role="status" title={hint}>
      {tone === 'stale' ? <Icon icon={cdxIconNetworkOff} size="x-small" /> : <span class="connection__dot" />}
      <span class="connection__words">{words}</span>
    </span>
  );
}
