// Owns which lines of a log are selected – by address, click and tap – and copying them. Owns no row (log-row.tsx), no address (log-link.ts) and not what a copy says (log-copy.ts).
import { cdxIconClose, cdxIconCopy, cdxIconLink } from '@wikimedia/codex-icons';
import { useEffect, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import { copyOf, mostCopied } from './copy.ts';
import type { LogFeed } from './feed.ts';
import { hashOf, linesOf } from './line-link.ts';
import type { LineRange } from './rows.ts';

/** What is selected, and what can be done with it. */
export interface LogSelection {
  /** Null: nothing. */
  readonly range: LineRange | null;
  /** Whether the next line that is picked is the other end, as with Shift: where there is no Shift. */
  readonly extending: boolean;
  /** Whether the clipboard has it. */
  readonly copied: boolean;
  /** Selects one line; or, `upTo` it, those from the one that was picked before. */
  pick(line: number, upTo: boolean): void;
  clear(): void;
  extend(on: boolean): void;
  /** Puts the lines, or a link to them, on the clipboard. */
  copy(what: 'lines' | 'link'): Promise<void>;
}

/**
 * The selection of one log. It is what the page's address says after `#`.
 * @param onAddress the address was changed by hand: where to go
 * @param onMessage what to tell; null: nothing any more
 */
export function useLogSelection({
  jobId,
  feed,
  length,
  onAddress,
  onMessage,
}: {
  jobId: string;
  feed: LogFeed;
  /** How many lines there are. */
  length: number;
  onAddress: (line: number) => void;
  onMessage: (message: string | null) => void;
}): LogSelection {
  const [range, setRange] = useState<LineRange | null>(() => linesOf(location.hash));
  // Where a range begins that the next line ends.
  const from = useRef<number | null>(range?.from ?? null);
  const [extending, setExtending] = useState(false);
  const [copied, setCopied] = useState(false);

  const goRef = useRef(onAddress);
  goRef.current = onAddress;
  useEffect(() => {
    const changed = (): void => {
      const next = linesOf(location.hash);
      setRange(next);
      from.current = next?.from ?? null;
      if (next !== null) goRef.current(next.from);
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);

  const select = (next: LineRange | null): void => {
    setRange(next);
    setCopied(false);
    onMessage(null);
    const address = location.pathname + location.search + (next === null ? '' : hashOf(next));
    history.replaceState(history.state, '', address);
  };
  return {
    range,
    extending,
    copied,
    pick(line, upTo) {
      const begin = upTo || extending ? (from.current ?? line) : line;
      from.current = begin;
      select({ from: Math.min(begin, line), to: Math.max(begin, line) });
    },
    clear() {
      from.current = null;
      setExtending(false);
      select(null);
    },
    extend: setExtending,
    async copy(what) {
      if (range === null) return;
      setCopied(false);
      const address = location.origin + location.pathname + hashOf(range);
      try {
        if (what === 'link') await toClipboard(address);
        else if (range.to - range.from >= mostCopied) throw new Error(msg('log-copy-too-long', mostCopied));
        else {
          const lines = await feed.lines(range.from, Math.min(range.to, length));
          await toClipboard(copyOf(jobId, range, lines, address));
        }
        onMessage(null);
        setCopied(true);
      } catch (error) {
        onMessage(msg('log-copy-failed', error instanceof Error ? error.message : String(error)));
      }
    },
  };
}

/** How much is selected, and what can be done with it; nothing where nothing is. */
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
        onClick={() => selection.extend(!extending)}
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

/** Puts text on the clipboard. Throws when the browser does not let us. */
async function toClipboard(words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    throw new Error(msg('log-copy-refused'));
  }
}
