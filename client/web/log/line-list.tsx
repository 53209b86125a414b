// Owns the scrolling box with the drawn rows of a log. Owns no row (row.tsx), no scrolling (viewport.ts), and no selection (selection.tsx).
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { LogLine } from './line/line.ts';
import { Row } from './line/row.tsx';
import type { RowSetting } from './line/row-setting.ts';
import type { LineCache } from './line-cache.ts';
import type { Section } from './mark/section.ts';
import { msg } from './messages.ts';
import { lastHidden } from './reveal.ts';
import type { LineRange, LogRows } from './scroll/rows.ts';
import type { LogViewport } from './scroll/viewport.ts';
import './line-list.css';

/** Characters of `+00:00` and a blank. */
const shortestTime = 7;

export interface LineListProps {
  readonly viewport: LogViewport;
  /** Whether long lines are wrapped. */
  readonly wrapped: boolean;
  readonly rows: LogRows;
  readonly cache: LineCache;
  /** How many lines the log has; decides the width of the number column. */
  readonly total: number;
  /** Sections by their first line. */
  readonly sections: ReadonlyMap<number, Section>;
  /** First lines of the collapsed sections. */
  readonly collapsed: ReadonlySet<number>;
  /** The texts of sensitive lines that were revealed, by line number. */
  readonly revealed: ReadonlyMap<number, string>;
  readonly selected: LineRange | null;
  /** The line of the selected match. */
  readonly currentMatch: number | null;
  readonly setting: RowSetting;
  /** What stands after the last row. */
  readonly children: ComponentChildren;
}

export function LineList({ viewport, rows, cache, total, setting, children, ...props }: LineListProps) {
  const { box, sizer, block, foot } = viewport.elements;
  const { first, last } = viewport.drawn;
  const timeWidth = useTimeWidth(setting, cache.line(rows.lineAt(Math.max(0, last))));
  const lines = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    rows.lineAt(first + index),
  );
  return (
    <div
      ref={box}
      class={props.wrapped ? 'log__box' : 'log__box unwrapped-lines'}
      role="log"
      aria-live="off"
      aria-label={msg('log-heading')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an element that scrolls must be reachable by keyboard
      tabIndex={0}
      style={{
        '--log-digits': `${Math.max(4, String(total).length)}ch`,
        '--log-time': `${timeWidth}ch`,
      }}
      onWheel={(event) => viewport.onWheel(event)}
      onScroll={() => viewport.onScroll()}
      onKeyDown={() => viewport.onInput()}
      onPointerDown={() => viewport.onInput()}
    >
      <div ref={sizer} class="log__sizer">
        <div ref={block} class="log__block" data-first={first}>
          {lines.map((number) => {
            const line = cache.line(number);
            const hidden = line?.text === null ? cache.hidden.of(number) : null;
            const section = props.sections.get(number) ?? null;
            return (
              <Row
                key={number}
                number={number}
                line={line}
                textStyle={cache.styleBefore(number)}
                last={hidden === null ? number : lastHidden(number, hidden.to, props.revealed)}
                revealed={props.revealed.get(number)}
                selected={isWithin(number, props.selected)}
                current={number === props.currentMatch}
                section={section}
                collapsed={section !== null && props.collapsed.has(number)}
                isContinued={line?.kind === 'QUESTION' && cache.line(number - 1)?.kind === 'QUESTION'}
                setting={setting}
              />
            );
          })}
        </div>
      </div>
      <div ref={foot} class="log__foot">
        {children}
      </div>
    </div>
  );
}

/** The longest time so far, in characters: after an hour, times are longer. Otherwise the texts of lines would not begin below each other. */
function useTimeWidth({ lineTime }: RowSetting, last: LogLine | undefined): number {
  const widest = useRef({ lineTime, width: 0 });
  const width = last === undefined ? 0 : lineTime(last.at).length;
  if (widest.current.lineTime !== lineTime) widest.current = { lineTime, width };
  widest.current.width = Math.max(widest.current.width, width, shortestTime);
  return widest.current.width;
}

function isWithin(line: number, range: LineRange | null): boolean {
  return range !== null && line >= range.from && line <= range.to;
}
