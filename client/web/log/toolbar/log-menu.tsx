// Owns the content of the menu of the log: time format, wrapping, places, link, downloads, keys. Its code is loaded when the menu is opened. Owns none of the actions.
import {
  type Icon as CodexIcon,
  cdxIconArrowDown,
  cdxIconArrowUp,
  cdxIconCheck,
  cdxIconClock,
  cdxIconDownload,
  cdxIconHelp,
  cdxIconNewline,
} from '@wikimedia/codex-icons';
import { CopyButton } from '../../parts/copy-button.tsx';
import { DownloadLink } from '../../parts/download-link.tsx';
import { Icon } from '../../parts/icon.tsx';
import { rawLogPath } from '../../route.ts';
import { isNarrow } from '../../state/narrow.ts';
import { msg } from '../messages.ts';
import { toggleWrapping, wrapping } from '../scroll/wrapping.ts';
import { timelineOpen, toggleTimeline } from '../timeline/timeline-choice.ts';
import { GoToLine } from './go-to-line.tsx';
import { TimeSwitch } from './time-switch.tsx';
import './log-menu.css';

export interface LogMenuProps {
  readonly jobId: string;
  /** Counts how often a key asked for the field for a line number, which then gets the focus. */
  readonly goToLineRequest: number;
  readonly onGoToLine: (line: number) => void;
  readonly onStart: () => void;
  readonly onEnd: () => void;
  /** The address of what is shown of the log. */
  readonly address: () => string;
  readonly onHelp: () => void;
  /** Moves the focus into the log. */
  readonly onLeave: () => void;
  /** Closes the menu. */
  readonly close: () => void;
}

export function LogMenu({ close, onLeave, ...props }: LogMenuProps) {
  /** Does something in the log, where the focus goes too. */
  const inLog = (act: () => void) => (): void => {
    close();
    act();
    onLeave();
  };
  return (
    <div class="popup__panel--actions">
      <TimeSwitch />
      <hr />
      <Toggle
        icon={cdxIconNewline}
        words={msg('log-wrap')}
        on={wrapping.value}
        onToggle={inLog(toggleWrapping)}
      />
      {isNarrow.value && (
        <Toggle
          icon={cdxIconClock}
          words={msg('log-timeline-heading')}
          on={timelineOpen.value}
          onToggle={inLog(toggleTimeline)}
        />
      )}
      <GoToLine
        focusRequest={props.goToLineRequest}
        onGo={(line) => inLog(() => props.onGoToLine(line))()}
        onLeave={inLog(() => {})}
      />
      <Action icon={cdxIconArrowUp} words={msg('log-to-top')} onPress={inLog(props.onStart)} />
      <Action icon={cdxIconArrowDown} words={msg('log-to-end')} onPress={inLog(props.onEnd)} />
      <hr />
      <CopyButton text={msg('log-copy-link')} label={msg('log-copy-address-label')} words={props.address} />
      <Download href={rawLogPath(props.jobId)} words={msg('log-raw')} title={msg('log-raw-label')} />
      <Download
        href={`${rawLogPath(props.jobId)}?colours=no`}
        words={msg('log-plain')}
        title={msg('log-plain-label')}
      />
      <hr />
      <Action
        icon={cdxIconHelp}
        words={msg('log-keys-button')}
        onPress={() => {
          close();
          props.onHelp();
        }}
      />
    </div>
  );
}

function Action({ icon, words, onPress }: { icon: CodexIcon; words: string; onPress: () => void }) {
  return (
    <button type="button" class="cdx-button" onClick={onPress}>
      <Icon icon={icon} />
      {words}
    </button>
  );
}

/** A check mark replaces the icon of what is on. */
function Toggle({
  icon,
  words,
  on,
  onToggle,
}: {
  icon: CodexIcon;
  words: string;
  on: boolean;
  onToggle: () => void;
}) {
  return (
    <button type="button" class="cdx-button" aria-pressed={on} onClick={onToggle}>
      <Icon icon={on ? cdxIconCheck : icon} />
      {words}
    </button>
  );
}

function Download({ href, words, title }: { href: string; words: string; title: string }) {
  return (
    <DownloadLink
      class="cdx-button cdx-button--fake-button cdx-button--fake-button--enabled"
      href={href}
      title={title}
    >
      <Icon icon={cdxIconDownload} />
      {words}
    </DownloadLink>
  );
}
