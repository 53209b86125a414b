// Owns the header of the log, one row: its length, the search, the counts of errors and questions, the menu. Owns none of the actions.
import {
  type Icon as CodexIcon,
  cdxIconEllipsis,
  cdxIconError,
  cdxIconHelpNotice,
} from '@wikimedia/codex-icons';
import type { ComponentChildren } from 'preact';
import { Icon } from '../../parts/icon.tsx';
import { lazyPart } from '../../parts/lazy-page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { msg } from '../messages.ts';
import type { LogMenuProps } from './log-menu.tsx';
import './toolbar.css';

const LogMenu = lazyPart(async () => (await import('./log-menu.tsx')).LogMenu);

/** Loads the code of the menu, so that a key can open it immediately. Returns how to give that up. */
export const preloadLogMenu = LogMenu.preloadLater;

/** `100,164`. */
const grouped = new Intl.NumberFormat('en');

export interface LogToolbarProps {
  /** How many lines the log has. */
  readonly total: number;
  readonly questionCount: number;
  readonly errorCount: number;
  /** The search, between the length and the counts. */
  readonly search: ComponentChildren;
  readonly onNextQuestion: () => void;
  readonly onNextError: () => void;
  readonly menu: Omit<LogMenuProps, 'close'>;
}

export function LogToolbar({
  total,
  search,
  questionCount,
  errorCount,
  onNextQuestion,
  onNextError,
  menu,
}: LogToolbarProps) {
  return (
    <header class="log__header">
      <h2 class="log__heading">{msg('log-heading')}</h2>
      <span class="log__count hint">{msg('log-lines', total, grouped.format(total))}</span>
      {search}
      <span class="log__tools">
        <CountButton
          icon={cdxIconError}
          count={errorCount}
          label={msg('log-next-error', errorCount)}
          onPress={onNextError}
        />
        <CountButton
          icon={cdxIconHelpNotice}
          count={questionCount}
          label={msg('log-next-question', questionCount)}
          onPress={onNextQuestion}
        />
        <Popup
          class="log-menu"
          label={msg('log-menu')}
          face={<Icon icon={cdxIconEllipsis} />}
          hasTooltip
          opening={menu.goToLineRequest}
          onApproach={LogMenu.preload}
        >
          {(close, isAsked) => (
            <LogMenu {...menu} goToLineRequest={isAsked ? menu.goToLineRequest : 0} close={close} />
          )}
        </Popup>
      </span>
    </header>
  );
}

/** The header of a log without lines. */
export function EmptyLogHeader() {
  return (
    <header class="log__header">
      <h2 class="log__heading">{msg('log-heading')}</h2>
    </header>
  );
}

/** How many of something the log has; goes to the next one. Nothing if it has none. */
function CountButton({
  icon,
  count,
  label,
  onPress,
}: {
  icon: CodexIcon;
  count: number;
  label: string;
  onPress: () => void;
}) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      class="log__tool cdx-button cdx-button--weight-quiet"
      title={label}
      onClick={onPress}
    >
      <Icon icon={icon} size="x-small" />
      <span aria-hidden="true">{grouped.format(count)}</span>
      <span class="visually-hidden">{label}</span>
    </button>
  );
}
