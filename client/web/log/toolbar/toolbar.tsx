// Owns the header of the log: its length, and buttons to move in it, to get help and to download it. Owns none of the actions.
import {
  type Icon as CodexIcon,
  cdxIconArrowDown,
  cdxIconArrowUp,
  cdxIconDownload,
  cdxIconError,
  cdxIconHelp,
  cdxIconHelpNotice,
} from '@wikimedia/codex-icons';
import type { ComponentChildren } from 'preact';
import { msg } from '../../i18n/msg.ts';
import { DownloadLink } from '../../parts/download-link.tsx';
import { Icon } from '../../parts/icon.tsx';
import { rawLogPath } from '../../route.ts';
import './toolbar.css';

/** `100,164`. */
const grouped = new Intl.NumberFormat('en');

export interface LogToolbarProps {
  readonly jobId: string;
  /** How many lines the log has. */
  readonly total: number;
  readonly complete: boolean;
  readonly following: boolean;
  readonly questionCount: number;
  readonly errorCount: number;
  /** The search, between the length and the tools. */
  readonly search: ComponentChildren;
  /** Further tools, before all others. */
  readonly tools: ComponentChildren;
  /** The field for a line number. */
  readonly goToLine: ComponentChildren;
  readonly onNextQuestion: () => void;
  readonly onNextError: () => void;
  readonly onStart: () => void;
  readonly onFollow: () => void;
  readonly onUnfollow: () => void;
  readonly onHelp: () => void;
}

export function LogToolbar(props: LogToolbarProps) {
  const { jobId, total, complete, following } = props;
  return (
    <header class="log__header">
      <h2 class="log__heading">{msg('log-heading')}</h2>
      <span class="log__count hint">{msg('log-lines', total, grouped.format(total))}</span>
      {props.search}
      <span class="log__tools">
        {props.tools}
        <CountButton
          icon={cdxIconHelpNotice}
          count={props.questionCount}
          label={msg('log-next-question', props.questionCount)}
          onPress={props.onNextQuestion}
        />
        <CountButton
          icon={cdxIconError}
          count={props.errorCount}
          label={msg('log-next-error', props.errorCount)}
          onPress={props.onNextError}
        />
        {props.goToLine}
        <IconButton label={msg('log-to-top')} icon={cdxIconArrowUp} onPress={props.onStart} />
        {complete ? (
          <IconButton label={msg('log-to-end')} icon={cdxIconArrowDown} onPress={props.onFollow} />
        ) : (
          <button
            type="button"
            class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
            aria-pressed={following}
            onClick={following ? props.onUnfollow : props.onFollow}
          >
            <Icon icon={cdxIconArrowDown} size="x-small" />
            {following ? msg('log-following') : msg('log-follow')}
          </button>
        )}
        <IconButton label={msg('log-keys-button')} hint="(?)" icon={cdxIconHelp} onPress={props.onHelp} />
        <Downloads jobId={jobId} />
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
      class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet"
      title={label}
      onClick={onPress}
    >
      <Icon icon={icon} size="x-small" />
      <span aria-hidden="true">{grouped.format(count)}</span>
      <span class="visually-hidden">{label}</span>
    </button>
  );
}

/** @param hint what the tooltip adds to the label: a key */
function IconButton({
  label,
  hint,
  icon,
  onPress,
}: {
  label: string;
  hint?: string;
  icon: CodexIcon;
  onPress: () => void;
}) {
  return (
    <button
      type="button"
      class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
      aria-label={label}
      title={hint === undefined ? label : `${label} ${hint}`}
      onClick={onPress}
    >
      <Icon icon={icon} size="x-small" />
    </button>
  );
}

function Downloads({ jobId }: { jobId: string }) {
  return (
    <>
      <DownloadLink
        class="log__raw cdx-button cdx-button--fake-button cdx-button--fake-button--enabled cdx-button--size-small cdx-button--weight-quiet"
        href={rawLogPath(jobId)}
        aria-label={msg('log-raw-label')}
      >
        <Icon icon={cdxIconDownload} size="x-small" />
        <span class="log__raw-words">{msg('log-raw')}</span>
      </DownloadLink>
      <DownloadLink
        class="log__plain"
        href={`${rawLogPath(jobId)}?colours=no`}
        title={msg('log-plain-label')}
      >
        {msg('log-plain')}
      </DownloadLink>
    </>
  );
}
