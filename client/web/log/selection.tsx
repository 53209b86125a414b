// Owns which lines of a log are selected (by address, click and tap), and copying them. Owns no row (row.tsx), no address (line-link.ts) and no format of
// a copy (copy.ts).
import { cdxIconClose, cdxIconCopy, cdxIconLink } from '@wikimedia/codex-icons';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { nextTask } from '../state/next-task.ts';
import { copyOf, maxCopiedLines } from './copy.ts';
import type { LogFeed } from './feed.ts';
import { useFollowedLines } from './line/followed-lines.ts';
import { hashOf, linesOf } from './line/line-link.ts';
import { msg } from './messages.ts';
import type { LineRange } from './scroll/rows.ts';
import './selection.css';

export interface LogSelection {
  /** The selected lines; null if none. */
  readonly range: LineRange | null;
  /** The first line in the address when the page was opened; null if the address had none. */
  readonly linkedLine: number | null;
  /** Whether the next picked line extends the selection, as with Shift. For devices without a keyboard. */
  readonly extending: boolean;
  /** Whether the selection was copied. */
  readonly copied: boolean;
  /** Selects a line; if `extend`, all lines from the one picked before. */
  pick(line: number, extend: boolean): void;
  clear(): void;
  setExtending(on: boolean): void;
  /** Copies the lines, or a link to them, to the clipboard. */
  copy(what: 'lines' | 'link'): Promise<void>;
}

/**
 * The selection of one log. It is kept in the fragment of the page's address.
 * @param onAddress called with the first selected line when the user edits the address or follows a link to lines
 * @param onFollow called after the user has followed such a link
 * @param onMessage shows a message; null: removes it
 */
export function useLogSelection({
  jobId,
  feed,
  length,
  onAddress,
  onFollow,
  onMessage,
}: {
  jobId: string;
  feed: LogFeed;
  /** How many lines the log has. */
  length: number;
  onAddress: (line: number) => void;
  onFollow: () => void;
  onMessage: (message: string | null) => void;
}): LogSelection {
  const [range, setRange] = useState<LineRange | null>(() => linesOf(location.hash));
  /** The end of the selection that stays when it is extended. */
  const anchor = useRef<number | null>(range?.from ?? null);
  const [extending, setExtending] = useState(false);
  const [copied, setCopied] = useState(false);
  const [linkedLine] = useState(range?.from ?? null);
  const show = (next: LineRange | null): void => {
    setRange(next);
    anchor.current = next?.from ?? null;
    if (next !== null) onAddress(next.from);
  };
  useFollowedLines(show, (next) => {
    show(next);
    // Once a tab that hid the log has given way to it.
    void nextTask().then(onFollow);
  });

  const select = (next: LineRange | null): void => {
    setRange(next);
    setCopied(false);
    onMessage(null);
    const address = location.pathname + location.search + (next === null ? '' : hashOf(next));
    history.replaceState(history.state, '', address);
  };
  return {
    range,
    linkedLine,
    extending,
    copied,
    pick(line, extend) {
      const start = extend || extending ? (anchor.current ?? line) : line;
      anchor.current = start;
      select({ from: Math.min(start, line), to: Math.max(start, line) });
    },
    clear() {
      anchor.current = null;
      setExtending(false);
      select(null);
    },
    setExtending,
    async copy(what) {
      if (range === null) return;
      setCopied(false);
      const address = location.origin + location.pathname + hashOf(range);
      try {
        await writeToClipboard(what === 'link' ? address : await textOf(jobId, feed, range, length, address));
        onMessage(null);
        setCopied(true);
      } catch (error) {
        onMessage(msg('log-copy-failed', error instanceof Error ? error.message : String(error)));
      }
    },
  };
}

/** The text of a copy. Throws an error with a message for the user if it would be too long, or lines do not arrive. */
async function textOf(
  jobId: string,
  feed: LogFeed,
  range: LineRange,
  length: number,
  address: string,
): Promise<string> {
  if (range.to - range.from >= maxCopiedLines) throw new Error(msg('log-copy-too-long', maxCopiedLines));
  return copyOf(jobId, range, await feed.lines(range.from, Math.min(range.to, length)), address);
}

/** The number of selected lines, and buttons to copy them; empty without a selection. */
export function SelectionBar({ selection }: { selection: LogSelection }) {
  const { range, extending, copied } = selection;
  if (range === null) return null;
  return (
    <div class="log__selection">
      <span>{msg('log-selection', range.to - range.from + 1)}</span>
      <button
        type="button"
        class={`log__extend cdx-toggle-button cdx-toggle-button--framed cdx-toggle-button--size-small cdx-toggle-button--toggled-${extending ? 'on' : 'off'}`}
        aria-pressed={extending}
        title={msg('log-extend-hint')}
        onClick={() => selection.setExtending(!extending)}
      >
        {msg('log-extend')}
      </button>
      <button
        type="button"
        class="cdx-button cdx-button--size-small"
        aria-label={msg('log-copy-label')}
        onClick={() => void selection.copy('lines')}
      >
        <Icon icon={cdxIconCopy} size="x-small" />
        {msg('log-copy')}
      </button>
      <button
        type="button"
        class="cdx-button cdx-button--size-small"
        aria-label={msg('log-copy-link-label')}
        onClick={() => void selection.copy('link')}
      >
        <Icon icon={cdxIconLink} size="x-small" />
        {msg('log-copy-link')}
      </button>
      <span role="status" class="hint">
        {copied ? msg('log-copied') : ''}
      </span>
      <button
        type="button"
        class="log__unselect cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
        aria-label={msg('log-select-nothing')}
        title={msg('log-select-nothing')}
        onClick={() => selection.clear()}
      >
        <Icon icon={cdxIconClose} size="x-small" />
      </button>
    </div>
  );
}

/** Throws an error with a message for the user when the browser refuses. */
async function writeToClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Error(msg('log-copy-refused'));
  }
}
