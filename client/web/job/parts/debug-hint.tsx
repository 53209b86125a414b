// Owns how to look at a change by a request that no cache answers: the header of WikimediaDebug, to copy. Owns no sentence about when.
import { msg } from '../../i18n/msg.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import './debug-hint.css';

/** The header that leads a request to the test servers, as documented for WikimediaDebug. */
const debugHeader = 'X-Wikimedia-Debug: backend=k8s-mwdebug';

/** @param words a sentence that ends before the header */
export function DebugHint({ words }: { words: string }) {
  return (
    <p class="hint debug-hint">
      {words} <code class="debug-hint__header">{debugHeader}</code>{' '}
      <CopyButton words={debugHeader} label={msg('job-question-check-copy')} quiet />
    </p>
  );
}
