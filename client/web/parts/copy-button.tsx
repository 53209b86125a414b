// Owns the button that copies a short text and shows whether that worked. Owns no text.
import { cdxIconCheck, cdxIconCopy } from '@wikimedia/codex-icons';
import { useEffect, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Icon } from './icon.tsx';
import './copy-button.css';

/** How long the result is shown, in milliseconds. */
const resultDuration = 2_000;

/** @param words the text to copy, or what makes it when the button is pressed @param label the accessible name: what is copied @param text on the button; default: “Copy” */
export function CopyButton({
  words,
  label,
  text = msg('parts-copy-button'),
  quiet = false,
}: {
  words: string | (() => string | Promise<string>);
  label: string;
  text?: string;
  /** Without a frame, beside what matters more. */
  quiet?: boolean;
}) {
  const [result, setResult] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), resultDuration);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof words === 'string' ? words : await words());
      setResult('copied');
    } catch {
      // Without permission, or without TLS, there is no clipboard. The text can still be selected.
      setResult('failed');
    }
  };
  const outcome = result === null ? null : msg(`parts-copy-${result}`);
  return (
    <>
      <button
        type="button"
        class={`cdx-button copy-button${quiet ? ' cdx-button--size-small cdx-button--weight-quiet' : ''}`}
        aria-label={label}
        onClick={() => void copy()}
      >
        <Icon icon={result === 'copied' ? cdxIconCheck : cdxIconCopy} size={quiet ? 'x-small' : 'small'} />
        {outcome ?? text}
      </button>
      {/* Beside it: what a button contains is its name only. */}
      <span class="visually-hidden" role="status">
        {outcome}
      </span>
    </>
  );
}
