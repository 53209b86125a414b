// Owns the rail beside the scrollbar: ticks for matches, questions and errors in the whole log. Owns no match and no mark.
import { msg } from '../messages.ts';
import './rail.css';

/** Line numbers of one kind, ascending. Kinds are drawn in order, later ones on top. */
export interface RailLines {
  readonly kind: 'error' | 'question' | 'match';
  readonly numbers: readonly number[];
}

/** Positions on the rail; the largest number of ticks of one kind. */
const positions = 200;

/** For each position with lines, the first of them. Pure. */
export function ticksOf(numbers: readonly number[], length: number): ReadonlyMap<number, number> {
  const ticks = new Map<number, number>();
  for (const number of numbers) {
    const position = Math.min(positions - 1, Math.floor(((number - 1) / Math.max(1, length)) * positions));
    if (!ticks.has(position)) ticks.set(position, number);
  }
  return ticks;
}

/** Hidden from screen readers, because keys and the search bar lead to the same lines. */
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
        [...ticksOf(numbers, length)].map(([position, number]) => (
          <button
            type="button"
            tabIndex={-1}
            key={`${kind}${position}`}
            class={`log-rail__tick log-rail__tick--${kind}`}
            style={{ top: `${(100 * position) / positions}%` }}
            onClick={() => onJump(number)}
          />
        )),
      )}
    </div>
  );
}
