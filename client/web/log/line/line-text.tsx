// Owns the text of one line: label of its kind, colours, links and highlighted matches, cut if it is very long. Owns no row (row.tsx).
import {
  type Icon as CodexIcon,
  cdxIconHelpNoticeFilled,
  cdxIconInfoFilled,
  cdxIconNotice,
  cdxIconPower,
  cdxIconSpeechBubble,
  cdxIconStop,
} from '@wikimedia/codex-icons';
import type { TextSpan } from '../../../../schema/text/terminal/terminal-line.ts';
import { type Colour, plainStyle, type TextStyle } from '../../../../schema/text/terminal/text-style.ts';
import type { LogLineKind } from '../../../generated/graphql.ts';
import { OutsideLink } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { enumMsg, msg } from '../messages.ts';
import { worstDark, worstLight } from './background.ts';
import { type Rgb, readableOn, textColourOn } from './contrast.ts';
import { EarlierStates } from './earlier-states.tsx';
import { cutPieces, type LogPiece, piecesOf } from './highlight.ts';
import type { LogLine } from './line.ts';
import type { RowSetting } from './row-setting.ts';
import { styledLine, textOfSpans } from './styled-line.ts';
import './ansi.css';
import './line-text.css';

/** Characters of one line that are drawn. For a longer line the row says how many are left out. */
export const maxLineLength = 10_000;

const icons: Readonly<Partial<Record<LogLineKind, CodexIcon>>> = {
  QUESTION: cdxIconHelpNoticeFilled,
  ANSWER: cdxIconSpeechBubble,
  STOP: cdxIconStop,
  STATUS: cdxIconInfoFilled,
  EXIT: cdxIconPower,
  NOTICE: cdxIconNotice,
};

/** Shows output of scap with its colours and links. Lines of other kinds are ours: they have a label and no colours. */
export function LineText({
  line,
  textStyle,
  revealed,
  withLabel = true,
  setting,
}: {
  line: LogLine;
  /** The style at the start of the line. */
  textStyle: TextStyle;
  /** The text of a sensitive line that was revealed. */
  revealed: string | undefined;
  /** Whether a line that is not output names its kind. */
  withLabel?: boolean;
  setting: Pick<RowSetting, 'gerritUrl' | 'highlight'>;
}) {
  const isOutput = line.kind === 'OUTPUT';
  const { spans, overwritten } = styledLine(line.text ?? revealed ?? '', isOutput ? textStyle : plainStyle);
  const visible = textOfSpans(spans);
  const styled: readonly TextSpan[] = isOutput ? spans : [{ text: visible, style: plainStyle, link: null }];
  const excess = visible.length - maxLineLength;
  const pieces = piecesOf(styled, setting.gerritUrl, setting.highlight?.(visible) ?? []);
  return (
    <span
      class={visible.includes('\t') ? 'log__text log__text--tabs' : 'log__text'}
      dir="ltr"
      title={line.kind === 'QUESTION' ? visible : undefined}
    >
      {!isOutput && withLabel && (
        <span class="log__label">
          <Icon icon={icons[line.kind] ?? cdxIconInfoFilled} size="x-small" />
          {enumMsg('log-row', line.kind)}
        </span>
      )}
      {line.sensitive && <span class="log__sensitive">{msg('log-sensitive')}</span>}
      {(excess > 0 ? cutPieces(pieces, maxLineLength) : pieces).map(pieceElement)}
      {excess > 0 && <em class="log__clipped">{msg('log-clipped', excess)}</em>}
      {line.continues && <em class="log__clipped">{msg('log-continues')}</em>}
      <EarlierStates states={overwritten} />
    </span>
  );
}

/** Not a component, because most pieces are plain text and need no element. */
function pieceElement({ text, style, link, highlighted }: LogPiece, index: number) {
  const linked = link === null ? text : <OutsideLink href={link}>{text}</OutsideLink>;
  const content = highlighted ? <mark class="log__mark">{linked}</mark> : linked;
  const classes = classesOf(style);
  if (classes === '') return link === null && !highlighted ? text : <span key={index}>{content}</span>;
  return (
    <span key={index} class={classes} style={coloursOf(style)}>
      {content}
    </span>
  );
}

/** Named colours and attributes become classes, so that the style sheet can choose readable colours in each theme. */
function classesOf(style: TextStyle): string {
  const { foreground, background } = style;
  return [
    foreground === null ? '' : typeof foreground === 'number' ? `fg-${foreground}` : 'fg-rgb',
    background === null ? '' : typeof background === 'number' ? `bg-${background}` : 'bg-rgb',
    style.bold ? 'ansi-bold' : '',
    style.dim ? 'ansi-dim' : '',
    style.italic ? 'ansi-italic' : '',
    style.underline ? 'ansi-underline' : '',
    style.inverse ? 'ansi-inverse' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
}

/** Other colours become variables, one readable colour for each theme; the style sheet chooses. */
function coloursOf({ foreground, background }: TextStyle): Record<string, string> {
  return {
    ...(isRgb(foreground)
      ? {
          '--ansi-light': rgb(readableOn(foreground, worstLight)),
          '--ansi-dark': rgb(readableOn(foreground, worstDark)),
        }
      : {}),
    ...(isRgb(background)
      ? { '--ansi-bg': rgb(background), '--ansi-on': rgb(textColourOn(background)) }
      : {}),
  };
}

function isRgb(colour: Colour | null): colour is Rgb {
  return colour !== null && typeof colour !== 'number';
}

function rgb(colour: Rgb): string {
  return `rgb(${colour.join(' ')})`;
}
