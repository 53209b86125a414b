// Owns the section of the account page that lists and adds passkeys. Not the dialogs that change one (passkey-dialog.tsx).
import { useId, useState } from 'preact/hooks';
import { harmlessName } from '../../../schema/text/harmless.ts';
import type { OwnPasskeyFragment } from '../../generated/graphql.ts';
import { ForeignName } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { type AddResult, canUsePasskeys, createPasskey } from '../sign-in/passkey-ceremony.ts';
import { Verification } from './authenticator.tsx';
import { msg } from './messages.ts';
import { maxPasskeyNameLength, RemovePasskeyDialog, RenamePasskeyDialog } from './passkey-dialog.tsx';
import './own-table.css';
import './token-form.css';

/** What the section says after an action; null if nothing. */
type Notice = { readonly tone: 'success' | 'error'; readonly text: string } | null;

/** What is done with a passkey in a dialog. */
interface Change {
  readonly kind: 'rename' | 'remove';
  readonly passkey: OwnPasskeyFragment;
}

/** @param onChange called after a passkey was added, renamed or removed */
export function OwnPasskeys({
  passkeys,
  onChange,
}: {
  passkeys: readonly OwnPasskeyFragment[];
  onChange: () => void;
}) {
  const [change, setChange] = useState<Change | null>(null);
  const [notice, setNotice] = useState<Notice>(null);
  const [verifying, setVerifying] = useState(false);
  const verify = (): void => {
    setChange(null);
    setNotice(null);
    setVerifying(true);
  };

  const Dialog = change?.kind === 'rename' ? RenamePasskeyDialog : RemovePasskeyDialog;
  return (
    <section aria-label={msg('account-passkeys-heading')}>
      <h2 class="section-heading">{msg('account-passkeys-heading')}</h2>
      <p class="hint">{msg('account-passkeys-intro')}</p>
      {passkeys.length === 0 ? (
        <p class="account__none">{msg('account-passkeys-none')}</p>
      ) : (
        <PasskeyTable passkeys={passkeys} onChoose={setChange} />
      )}
      {notice !== null && (
        <Message tone={notice.tone} inline>
          {notice.text}
        </Message>
      )}
      {verifying && (
        <Verification
          hasPasskey={passkeys.length > 0}
          onVerified={() => {
            setVerifying(false);
            setNotice({ tone: 'success', text: msg('account-passkeys-verified') });
          }}
          onClose={() => setVerifying(false)}
        />
      )}
      {canUsePasskeys() ? (
        <PasskeyForm
          hidden={verifying}
          onEnd={(outcome) => {
            if (outcome.result === 'too old') return verify();
            setNotice(noticeOf(outcome));
            onChange();
          }}
        />
      ) : (
        <p class="hint">{msg('account-passkeys-unsupported')}</p>
      )}
      {change !== null && (
        <Dialog
          passkey={change.passkey}
          onTooOld={verify}
          onChange={onChange}
          onClose={() => setChange(null)}
        />
      )}
    </section>
  );
}

function noticeOf(outcome: AddResult): Notice {
  if (outcome.result === 'added') return { tone: 'success', text: msg('account-passkeys-added') };
  if (outcome.result === 'failed')
    return {
      tone: 'error',
      text: msg('account-passkeys-failed', outcome.message ?? msg('account-passkeys-no-server')),
    };
  return { tone: 'error', text: msg('account-passkeys-cancelled') };
}

function PasskeyTable({
  passkeys,
  onChoose,
}: {
  passkeys: readonly OwnPasskeyFragment[];
  onChoose: (change: Change) => void;
}) {
  return (
    <table class="own">
      <TableHead
        columns={[
          msg('account-passkeys-column-name'),
          msg('account-passkeys-column-host'),
          msg('account-passkeys-column-created-at'),
          msg('account-passkeys-column-last-used-at'),
          msg('account-passkeys-column-action'),
        ]}
      />
      <tbody>
        {passkeys.map((passkey) => (
          <tr key={passkey.id}>
            <th scope="row">
              <ForeignName>{passkey.name}</ForeignName>
            </th>
            <td data-label={msg('account-passkeys-column-host')}>{passkey.host}</td>
            <td data-label={msg('account-passkeys-column-created-at')}>
              <Moment iso={passkey.createdAt} />
            </td>
            <td data-label={msg('account-passkeys-column-last-used-at')}>
              {passkey.lastUsedAt === null ? (
                msg('account-passkeys-never')
              ) : (
                <Moment iso={passkey.lastUsedAt} />
              )}
            </td>
            <td class="own__action">
              <button
                type="button"
                class="cdx-button"
                aria-label={msg('account-passkeys-rename-label', harmlessName(passkey.name))}
                onClick={() => onChoose({ kind: 'rename', passkey })}
              >
                {msg('account-passkeys-rename')}
              </button>{' '}
              <button
                type="button"
                class="cdx-button"
                aria-label={msg('account-passkeys-remove-label', harmlessName(passkey.name))}
                onClick={() => onChoose({ kind: 'remove', passkey })}
              >
                {msg('account-passkeys-remove')}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The form that adds a passkey. `hidden` keeps what was typed. */
function PasskeyForm({ hidden, onEnd }: { hidden: boolean; onEnd: (outcome: AddResult) => void }) {
  const id = useId();
  const [name, setName] = useState('');
  const [adding, setAdding] = useState(false);
  const add = async (): Promise<void> => {
    setAdding(true);
    const outcome = await createPasskey(name);
    setAdding(false);
    if (outcome.result === 'added') setName('');
    onEnd(outcome);
  };
  if (hidden) return null;
  return (
    <form
      class="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!adding && name.trim() !== '') void add();
      }}
    >
      <div class="token-form__field token-form__name">
        <label class="cdx-label__label" for={id}>
          {msg('account-passkeys-name-label')}
        </label>
        <div class="cdx-text-input">
          <input
            id={id}
            class="cdx-text-input__input"
            type="text"
            maxLength={maxPasskeyNameLength}
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
      </div>
      <SendButton
        type="submit"
        sending={adding}
        working={msg('account-passkeys-adding')}
        blocked={name.trim() === ''}
      >
        {msg('account-passkeys-add')}
      </SendButton>
    </form>
  );
}
