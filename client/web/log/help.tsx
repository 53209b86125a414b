// Owns the list of the log's keys. Not what they do (log-view.tsx).
import { useEffect, useId, useRef } from 'preact/hooks';
import { text } from '../text.ts';

/** The keys of the log, in a dialog. */
export function LogHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={headingId} onClose={onClose}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {text.log.keysHeading}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        <dl class="log-keys">
          {text.log.keys.map(([keys, what]) => (
            <div key={what}>
              <dt>
                {keys.map((name) => (
                  <kbd key={name}>{name}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">{text.log.keysHint}</p>
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button type="button" class="cdx-button" onClick={() => dialog.current?.close()}>
          {text.log.keysClose}
        </button>
      </footer>
    </dialog>
  );
}
