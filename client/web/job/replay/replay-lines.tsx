// Owns the lines of a replay: they look like those of the log, and the newest one stays in view. Owns no line (replay-log.ts).
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { hashOf } from '../../log/line/line-link.ts';
import { Row } from '../../log/line/row.tsx';
import type { RowSetting } from '../../log/line/row-setting.ts';
import { wrapping } from '../../log/scroll/wrapping.ts';
import { lineTime, timeMode } from '../../state/time-mode.ts';
import type { ReplayView } from './replay-log.ts';

/** @param view null while nothing is loaded @param start of the job, in milliseconds since 1970 */
export function ReplayLines({
  view,
  start,
  gerritUrl,
}: {
  view: ReplayView | null;
  start: number;
  gerritUrl: string | null;
}) {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [view]);
  const mode = timeMode.value;
  const setting = useMemo<RowSetting>(
    () => ({
      gerritUrl,
      mayReveal: null,
      lineTime: (at) => lineTime(at, start, mode),
      highlight: null,
      onReveal: null,
      onToggleSection: () => {},
      // The log below selects the line that the address names.
      onPick: (line) => {
        location.hash = hashOf({ from: line, to: line });
      },
    }),
    [gerritUrl, start, mode],
  );
  const newest = view?.rows.at(-1);
  const timeWidth = newest === undefined ? 0 : setting.lineTime(newest.line.at).length;
  if (view === null) return <p class="hint">{msg('app-loading')}</p>;
  return (
    <>
      <p class="hint">{msg('job-replay-lines', view.count)}</p>
      <section
        ref={box}
        class={wrapping.value ? 'replay__lines' : 'replay__lines unwrapped-lines'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an element that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={msg('job-replay-log')}
        style={{ '--log-time': `${Math.max(7, timeWidth)}ch` }}
      >
        {view.rows.map(({ line, textStyle }, at) => (
          <Row
            key={line.number}
            number={line.number}
            line={line}
            textStyle={textStyle}
            last={line.number}
            revealed={undefined}
            selected={false}
            current={false}
            section={null}
            collapsed={false}
            isContinued={line.kind === 'QUESTION' && view.rows[at - 1]?.line.kind === 'QUESTION'}
            setting={setting}
          />
        ))}
      </section>
    </>
  );
}
