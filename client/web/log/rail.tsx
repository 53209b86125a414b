// Owns the ticks beside the log's scrollbar: where in the whole log matches, questions and errors are. Owns none of them.
import { msg } from '../i18n/msg.ts';

/** Lines of one kind, ascending. A later kind is drawn over an earlier one. */
export interface RailLines {
  readonly kind: 'error' | 'question' | 'match';
  readonly numbers: readonly number[];
}

/** How many places a rail has: however many lines there are, no more elements are drawn for a kind. */
const places = 200;

/** For each place of the rail that has a line, the first of them. Pure. */
export function ticksOf(numbers: readonly number[], length: number): ReadonlyMap<number, number> {
  const ticks = new Map<number, number>();
  for (const number of numbers) {
    const place = Math.min(places - 1, Math.floor(((number - 1) / Math.max(1, length)) * places));
    if (!ticks.has(place)) ticks.set(place, number);
  }
  return ticks;
}

/** What it leads to can be reached by keys and by the search bar as well: screen readers need no second way. */
export function LogRail({
  lines,
  length,
  onJump,
}: {
  lines: readonly RailLines[];
  length: number;
  onJump: (line: number) => void;
}) {
  return (
    <div class="log-rail" aria-hidden="true" title={msg('log-rail-label')}>
      {lines.flatMap(({ kind, numbers }) =>
        [...ticksOf(numbers, length)].map(([place, number]) => (
          <button
            type="button"
            tabIndex={-1}
            key={`${kind}${place}`}
            class={`log-rail__tick log-rail__tick--${kind}`}
            style={{ top: `${(100 * place) / places}%` }}
            onClick={() => onJump(number)}
          />
        )),
      )}
    </div>
  );
}
