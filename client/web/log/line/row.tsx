// Owns one row of the log: gutter (number, time, the button that collapses a section) and text. Owns no list (line-list.tsx) and no text (line-text.tsx).
import { cdxIconDownTriangle, cdxIconNext } from '@wikimedia/codex-icons';
import { memo } from 'preact/compat';
import { harmless } from '../../../../schema/text/harmless.ts';
import type { TextStyle } from '../../../../schema/text/terminal/text-style.ts';
import { Icon } from '../../parts/icon.tsx';
import type { Section } from '../mark/section.ts';
import { msg } from '../messages.ts';
import { HiddenLines } from './hidden-line.tsx';
import type { LogLine } from './line.ts';
import { hashOf } from './line-link.ts';
import { LineText } from './line-text.tsx';
import type { RowSetting } from './row-setting.ts';
import './row.css';
import './unwrapped.css';

export interface RowProps {
  readonly number: number;
  /** Undefined if not loaded yet. */
  readonly line: LogLine | undefined;
  /** The style at the start of the line. */
  readonly textStyle: TextStyle;
  /** The last of the hidden lines that this row represents; otherwise the line itself. */
  readonly last: number;
  /** The text of a sensitive line that was revealed. */
  readonly revealed: string | undefined;
  readonly selected: boolean;
  /** Whether it is the line of the selected match. */
  readonly current: boolean;
  /** The section that starts with this line. */
  readonly section: Section | null;
  /** Whether that section is collapsed. */
  readonly collapsed: boolean;
  /** Whether the line continues the question of the line before, which has the label. */
  readonly isContinued: boolean;
  readonly setting: RowSetting;
}

/** What a row of a table begins with: a character that draws boxes. */
const tableStart = /^\s*[\u2500-\u257f]/;

export const Row = memo(function Row(props: RowProps) {
  const { number, line, textStyle, last, revealed, selected, current, section, collapsed, setting } = props;
  const isOwn = line !== undefined && line.kind !== 'OUTPUT';
  const hidden = line !== undefined && line.text === null && revealed === undefined;
  const classes = [
    'log__row',
    line === undefined ? 'log__row--absent' : '',
    isOwn ? `log__row--own log__row--${line.kind.toLowerCase()}` : '',
    line?.kind === 'QUESTION' && tableStart.test(line.text ?? '') ? 'log__row--table' : '',
    hidden ? 'log__row--hidden' : '',
    revealed === undefined ? '' : 'log__row--shown',
    selected ? 'log__row--selected' : '',
    current ? 'log__row--current' : '',
    section === null ? '' : 'log__row--section',
  ];
  return (
    <div class={classes.filter((name) => name !== '').join(' ')}>
      <Gutter number={number} line={line} section={section} collapsed={collapsed} setting={setting} />
      {line === undefined ? (
        <span class="log__text" />
      ) : hidden ? (
        <HiddenLines from={number} to={last} setting={setting} />
      ) : (
        <LineText
          line={line}
          textStyle={textStyle}
          revealed={revealed}
          withLabel={!props.isContinued}
          setting={setting}
        />
      )}
      {collapsed && section !== null && section.last !== null && (
        <span class="log__folded">{msg('log-folded', section.last - section.first)}</span>
      )}
    </div>
  );
});

/** What stays in view when long lines scroll sideways. */
function Gutter({
  number,
  line,
  section,
  collapsed,
  setting,
}: Pick<RowProps, 'number' | 'line' | 'section' | 'collapsed' | 'setting'>) {
  return (
    <span class="log__gutter">
      <a
        class="log__number"
        href={hashOf({ from: number, to: number })}
        data-line={number}
        tabIndex={-1}
        onClick={(event) => {
          // With these keys a link opens elsewhere.
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          setting.onPick(number, event.shiftKey);
        }}
      >
        {number}
      </a>
      {line === undefined ? (
        <span class="log__time" />
      ) : (
        <time class="log__time" dateTime={line.at} title={line.at}>
          {setting.lineTime(line.at)}
        </time>
      )}
      {section !== null && <SectionToggle section={section} collapsed={collapsed} setting={setting} />}
    </span>
  );
}

function SectionToggle({
  section,
  collapsed,
  setting,
}: {
  section: Section;
  collapsed: boolean;
  setting: RowSetting;
}) {
  return (
    <button
      type="button"
      class="log__fold"
      aria-expanded={!collapsed}
      aria-label={msg(collapsed ? 'log-unfold' : 'log-fold', harmless(section.title))}
      onClick={() => setting.onToggleSection(section.first)}
    >
      <Icon icon={collapsed ? cdxIconNext : cdxIconDownTriangle} size="x-small" />
    </button>
  );
}
