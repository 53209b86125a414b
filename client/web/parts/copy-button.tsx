// Owns the button that copies a short text, and says that it did. Owns no text.
import { cdxIconCheck, cdxIconCopy } from '@wikimedia/codex-icons';
import { useEffect, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Icon } from './icon.tsx';

/** How long it says so, in milliseconds. */
const saying = 2_000;

/** @param label what is copied, for who does not see it */
export function CopyButton({ words, label }: { words: string; label: string }) {
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), saying);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(words);
      setSaid('copied');
    } catch {
      // No permission, or a page without TLS, where browsers have no clipboard: the text can be selected.
      setSaid('failed');
    }
  };
  return (
    <button type="button" class="cdx-button copy-button" aria-label={label} onClick={() => void copy()}>
      <Icon icon={said === 'copied' ? cdxIconCheck : cdxIconCopy} />
      <span role="status">
        {said === 'copied'
          ? msg('parts-copy-copied')
          : said === 'failed'
            ? msg('parts-copy-failed')
            : msg('parts-copy-button')}
      </span>
    </button>
  );
}
