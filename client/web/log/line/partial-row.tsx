// Owns the row of the line that is being printed: its newline has not come yet, so it has no number. Owns no other row (row.tsx).
import type { TextStyle } from '../../../../schema/text/terminal/text-style.ts';
import { msg } from '../messages.ts';
import type { PartialLine } from './line.ts';
import { LineText } from './line-text.tsx';
import type { RowSetting } from './row-setting.ts';

export function PartialRow({
  partial,
  textStyle,
  setting,
}: {
  /** Null if nothing is being printed. */
  partial: PartialLine | null;
  /** The style at the end of the line before. */
  textStyle: TextStyle;
  setting: RowSetting;
}) {
  if (partial === null || partial.text === null) return null;
  const { at, text } = partial;
  const line = { number: 0, at, kind: 'OUTPUT', text, sensitive: false, continues: false } as const;
  return (
    <div class="log__row" title={msg('log-partial')}>
      <span class="log__gutter">
        <span class="log__number" />
        <time class="log__time" dateTime={at}>
          {setting.lineTime(at)}
        </time>
      </span>
      <LineText line={line} textStyle={textStyle} revealed={undefined} setting={setting} />
    </div>
  );
}
