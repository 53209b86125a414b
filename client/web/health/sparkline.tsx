// Owns the plot of errors a minute: a line without axes, with its numbers as a text alternative. Owns no number.
import { msg } from './messages.ts';
import './sparkline.css';

/** Height of the plot in its own units. */
const height = 20;

/** @param values errors in each minute, oldest first; nothing is drawn for fewer than two */
export function Sparkline({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const points = values.map(
    (value, index) => `${index},${(height - (value / most) * (height - 2) - 1).toFixed(1)}`,
  );
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${Math.max(1, values.length - 1)} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={
        values.length < 2
          ? msg('health-trend-none')
          : msg('health-trend', values.length, Math.max(...values), values.at(-1) ?? 0)
      }
    >
      {values.length > 1 && <polyline class="sparkline__line" points={points.join(' ')} />}
    </svg>
  );
}
