// Owns the earlier states of a line that was overwritten, such as those of a progress meter. Owns no rendering of a terminal.
import { msg } from '../messages.ts';
import './earlier-states.css';

/** How many states are drawn; the log's download has all of them. */
const maxStates = 200;

/** Shows nothing for a line that was never overwritten. */
export function EarlierStates({ states }: { states: readonly string[] }) {
  if (states.length === 0) return null;
  const shown = states.slice(-maxStates);
  const left = states.length - shown.length;
  return (
    <details class="log__earlier">
      <summary>{msg('log-earlier-states', states.length)}</summary>
      <ol start={left + 1}>
        {shown.map((state, index) => (
          <li key={index}>{state}</li>
        ))}
      </ol>
    </details>
  );
}
