// Owns the dialog that lists the keyboard shortcuts of the log. Owns no shortcut (keyboard.ts).
import { useEffect, useId, useRef } from 'preact/hooks';
import { msg } from '../messages.ts';
import './help.css';

/** Keys that work anywhere on the page of a job, except where text is typed. */
const pageRows = [
  [['a'], 'log-key-answer'],
  [['c'], 'log-key-report'],
] as const;

const rows = [
  [['f', 'End'], 'log-key-follow'],
  [['Home'], 'log-key-first'],
  [['g'], 'log-key-go-to'],
  [['q', 'Q'], 'log-key-question'],
  [['e', 'E'], 'log-key-error'],
  [['PageUp', 'PageDown', '↑', '↓'], 'log-key-scroll'],
  [['w'], 'log-key-wrap'],
  [['←', '→', 'Shift Home', 'Shift End'], 'log-key-sideways'],
  [['/', 'Ctrl F'], 'log-key-search'],
  [['n', 'N'], 'log-key-match'],
  [['c'], 'log-key-copy'],
  [['Esc'], 'log-key-deselect'],
  [['?'], 'log-key-help'],
] as const;

export function LogHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={headingId} onClose={onClose}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {msg('log-keys-heading')}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        <KeyList rows={rows} />
        <p class="hint">{msg('log-keys-hint')}</p>
        <KeyList rows={pageRows} />
        <p class="hint">{msg('log-keys-page-hint')}</p>
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button type="button" class="cdx-button" onClick={() => dialog.current?.close()}>
          {msg('log-keys-close')}
        </button>
      </footer>
    </dialog>
  );
}

function KeyList({ rows: shown }: { rows: typeof rows | typeof pageRows }) {
  return (
    <dl class="log-keys">
      {shown.map(([keys, what]) => (
        <div key={what}>
          <dt>
            {keys.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}
          </dt>
          <dd>{msg(what)}</dd>
        </div>
      ))}
    </dl>
  );
}
