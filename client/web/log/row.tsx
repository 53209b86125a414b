// Owns how one line of the log is drawn: number, time, text; our own rows, hidden runs, lines that are not here yet. Owns no list.
import {
  type Icon as CodexIcon,
  cdxIconDownTriangle,
  cdxIconEye,
  cdxIconEyeClosed,
  cdxIconHelpNoticeFilled,
  cdxIconInfoFilled,
  cdxIconNext,
  cdxIconNotice,
  cdxIconPower,
  cdxIconSpeechBubble,
  cdxIconStop,
} from '@wikimedia/codex-icons';
import { memo } from 'preact/compat';
import type { LogLineKind } from '../../generated/graphql.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { OutsideLink } from '../parts/foreign-text.tsx';
import { harmless } from '../parts/harmless.ts';
import { Icon } from '../parts/icon.tsx';
import { type Colour, parseLine, plainStyle, type Span, type TextStyle } from './ansi.ts';
import { worstDark, worstLight } from './background.ts';
import { type Rgb, readableOn, writingOn } from './contrast.ts';
import { type LogPiece, piecesOf, type TextRange } from './highlight.ts';
import type { LogLine } from './line.ts';
import { hashOf } from './line-link.ts';
import type { Section } from './section.ts';

/** Characters of one line that are drawn; of a longer one the page says how much it left out. */
const longestLine = 10_000;

/** What all rows are drawn with. */
export interface RowSetting {
  readonly gerritUrl: string | null;
  /** Whether sensitive lines may be shown; null: not known yet. */
  readonly mayReveal: boolean | null;
  readonly lineTime: (at: string) => string;
  /** Which parts of the visible text match what is looked for. */
  readonly highlight: ((text: string) => readonly TextRange[]) | null;
  readonly onReveal: (from: number, to: number) => void;
  readonly onFold: (first: number) => void;
}

export interface RowProps {
  readonly number: number;
  /** Undefined: not here yet. */
  readonly line: LogLine | undefined;
  readonly textStyle: TextStyle;
  /** The last line of the hidden ones that this row stands for. */
  readonly last: number;
  /** The text of a sensitive line that this person is shown. */
  readonly shown: string | undefined;
  readonly selected: boolean;
  readonly current: boolean;
  readonly section: Section | null;
  readonly folded: boolean;
  readonly setting: RowSetting;
}

export const Row = memo(function Row(props: RowProps) {
  const { number, line, textStyle, last, shown, selected, current, section, folded, setting } = props;
  const own = line !== undefined && line.kind !== 'OUTPUT';
  const hidden = line !== undefined && line.text === null && shown === undefined;
  const classes = [
    'log__row',
    line === undefined ? 'log__row--absent' : '',
    own ? `log__row--own log__row--${line.kind.toLowerCase()}` : '',
    hidden ? 'log__row--hidden' : '',
    shown === undefined ? '' : 'log__row--shown',
    selected ? 'log__row--selected' : '',
    current ? 'log__row--current' : '',
    section === null ? '' : 'log__row--section',
  ];
  return (
    <div class={classes.filter((name) => name !== '').join(' ')}>
      <a class="log__number" href={hashOf({ from: number, to: number })} data-line={number} tabIndex={-1}>
        {number}
      </a>
      {line === undefined ? (
        <span class="log__time" />
      ) : (
        <time class="log__time" dateTime={line.at} title={line.at}>
          {setting.lineTime(line.at)}
        </time>
      )}
      {section !== null && (
        <button
          type="button"
          class="log__fold"
          aria-expanded={!folded}
          aria-label={msg(folded ? 'log-unfold' : 'log-fold', harmless(section.title))}
          onClick={() => setting.onFold(section.first)}
        >
          <Icon icon={folded ? cdxIconNext : cdxIconDownTriangle} size="x-small" />
        </button>
      )}
      {line === undefined ? (
        <span class="log__text" />
      ) : hidden ? (
        <Hidden from={number} to={last} setting={setting} />
      ) : (
        <Text line={line} textStyle={textStyle} shown={shown} setting={setting} />
      )}
      {folded && section !== null && section.last !== null && (
        <span class="log__folded">{msg('log-folded', section.last - section.first)}</span>
      )}
    </div>
  );
});

function Hidden({ from, to, setting }: { from: number; to: number; setting: RowSetting }) {
  return (
    <span class="log__text">
      <Icon icon={cdxIconEyeClosed} size="x-small" />
      {msg('log-hidden', to - from + 1)}
      <button
        type="button"
        class="log__show cdx-button cdx-button--size-small cdx-button--weight-quiet"
        disabled={setting.mayReveal !== true}
        title={setting.mayReveal === false ? msg('log-may-not-reveal') : undefined}
        aria-label={
          setting.mayReveal === false
            ? `${msg('log-reveal-label', from, to, to - from + 1)}: ${msg('log-may-not-reveal')}`
            : msg('log-reveal-label', from, to, to - from + 1)
        }
        onClick={() => setting.onReveal(from, to)}
      >
        <Icon icon={cdxIconEye} size="x-small" />
        {msg('log-reveal')}
      </button>
    </span>
  );
}

const icons: Readonly<Partial<Record<LogLineKind, CodexIcon>>> = {
  QUESTION: cdxIconHelpNoticeFilled,
  ANSWER: cdxIconSpeechBubble,
  STOP: cdxIconStop,
  STATUS: cdxIconInfoFilled,
  EXIT: cdxIconPower,
  NOTICE: cdxIconNotice,
};

function Text({
  line,
  textStyle,
  shown,
  setting,
}: {
  line: LogLine;
  textStyle: TextStyle;
  shown: string | undefined;
  setting: RowSetting;
}) {
  const own = line.kind !== 'OUTPUT';
  const { spans } = parseLine(line.text ?? shown ?? '', own ? plainStyle : textStyle);
  const words = spans.map((span) => span.text).join('');
  const drawn: readonly Span[] = own ? [{ text: words, style: plainStyle, link: null }] : spans;
  const left = words.length - longestLine;
  const matches = setting.highlight?.(words) ?? [];
  return (
    <span class="log__text" dir="ltr" title={line.kind === 'QUESTION' ? words : undefined}>
      {own && (
        <span class="log__label">
          <Icon icon={icons[line.kind] ?? cdxIconInfoFilled} size="x-small" />
          {enumMsg('log-row', line.kind)}
        </span>
      )}
      {line.sensitive && <span class="log__sensitive">{msg('log-sensitive')}</span>}
      {piecesOf(left > 0 ? cut(drawn) : drawn, setting.gerritUrl, matches).map(pieceOnPage)}
      {left > 0 && <em class="log__clipped">{msg('log-clipped', left)}</em>}
    </span>
  );
}

function cut(spans: readonly Span[]): Span[] {
  const shown: Span[] = [];
  let left = longestLine;
  for (const span of spans) {
    shown.push({ ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
    if (left <= 0) break;
  }
  return shown;
}

function pieceOnPage({ text: words, style, link, marked }: LogPiece, index: number) {
  const linked = link === null ? words : <OutsideLink href={link}>{words}</OutsideLink>;
  const content = marked ? <mark class="log__mark">{linked}</mark> : linked;
  const classes = classesOf(style);
  if (classes === '') return link === null && !marked ? words : <span key={index}>{content}</span>;
  return (
    <span key={index} class={classes} style={coloursOf(style)}>
      {content}
    </span>
  );
}

/** Named colours and attributes are classes, so that the style sheet can make them readable in light and dark. */
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

/** A colour of any kind is given as it can be read in each theme; the style sheet takes the one it needs. */
function coloursOf({ foreground, background }: TextStyle): Record<string, string> {
  return {
    ...(isRgb(foreground)
      ? {
          '--ansi-light': rgb(readableOn(foreground, worstLight)),
          '--ansi-dark': rgb(readableOn(foreground, worstDark)),
        }
      : {}),
    ...(isRgb(background) ? { '--ansi-bg': rgb(background), '--ansi-on': rgb(writingOn(background)) } : {}),
  };
}

function isRgb(colour: Colour | null): colour is Rgb {
  return colour !== null && typeof colour !== 'number';
}

function rgb(colour: Rgb): string {
  return `rgb(${colour.join(' ')})`;
}
