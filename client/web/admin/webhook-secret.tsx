// Owns the dialog that shows the secret of a webhook, once.
import { useRef } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { msg } from './messages.ts';

/** A secret that was just made. */
export interface NewSecret {
  /** The name of the webhook. */
  readonly name: string;
  readonly secret: string;
}

export function WebhookSecret({ made, onClose }: { made: NewSecret; onClose: () => void }) {
  const done = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      heading={msg('admin-webhooks-secret-heading', harmlessLabel(made.name))}
      initialFocus={done}
      onClose={onClose}
      actions={
        <button ref={done} type="button" class="cdx-button" onClick={onClose}>
          {msg('admin-webhooks-secret-done')}
        </button>
      }
    >
      <p>{msg('admin-webhooks-secret-once')}</p>
      <p class="webhook__secret">
        <code>{made.secret}</code>
        <CopyButton words={made.secret} label={msg('admin-webhooks-secret-copy')} />
      </p>
    </Dialog>
  );
}
