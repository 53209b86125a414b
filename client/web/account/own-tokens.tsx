// Owns the table of the viewer's tokens, how they are revoked, and the new token that is shown once.
import { useEffect, useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../schema/text/harmless.ts';
import type { OwnTokenFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ForeignName } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { RevokeTokenMutation } from './account.graphql.ts';
import { enumMsg, msg } from './messages.ts';
import { type CreatedToken, TokenForm } from './token-form.tsx';
import './own-table.css';
import './own-tokens.css';

/** @param onChange called after a token was created or revoked */
export function OwnTokens({
  tokens,
  mayDeploy,
  onChange,
}: {
  tokens: readonly OwnTokenFragment[];
  mayDeploy: boolean;
  onChange: () => void;
}) {
  const [revoking, setRevoking] = useState<OwnTokenFragment | null>(null);
  const [created, setCreated] = useState<CreatedToken | null>(null);

  return (
    <section aria-label={msg('account-tokens-heading')}>
      <h2 class="section-heading">{msg('account-tokens-heading')}</h2>
      <p class="hint">{msg('account-tokens-intro')}</p>
      {tokens.length === 0 ? (
        <p class="account__none">{msg('account-tokens-none')}</p>
      ) : (
        <table class="own">
          <TableHead
            columns={[
              msg('account-tokens-column-name'),
              msg('account-tokens-column-scope'),
              msg('account-tokens-column-created-at'),
              msg('account-tokens-column-expires-at'),
              msg('account-tokens-column-last-used-at'),
              msg('account-tokens-column-action'),
            ]}
          />
          <tbody>
            {tokens.map((token) => (
              <tr key={token.id}>
                <th scope="row">
                  <ForeignName>{token.name}</ForeignName>
                </th>
                <td data-label={msg('account-tokens-column-scope')}>
                  {enumMsg('account-tokens-scope', token.scope)}
                </td>
                <td data-label={msg('account-tokens-column-created-at')}>
                  <Moment iso={token.createdAt} />
                </td>
                <td data-label={msg('account-tokens-column-expires-at')}>
                  <Moment iso={token.expiresAt} />
                </td>
                <td data-label={msg('account-tokens-column-last-used-at')}>
                  {token.lastUsedAt === null ? (
                    msg('account-tokens-never')
                  ) : (
                    <Moment iso={token.lastUsedAt} />
                  )}
                </td>
                <td class="own__action">
                  <button
                    type="button"
                    class="cdx-button"
                    aria-label={msg('account-tokens-end-label', harmlessName(token.name))}
                    onClick={() => setRevoking(token)}
                  >
                    {msg('account-tokens-end')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {created === null ? (
        <TokenForm
          mayDeploy={mayDeploy}
          onCreated={(token) => {
            setCreated(token);
            onChange();
          }}
        />
      ) : (
        <NewToken created={created} onDone={() => setCreated(null)} />
      )}
      {revoking !== null && (
        <RevokeDialog token={revoking} onChange={onChange} onClose={() => setRevoking(null)} />
      )}
    </section>
  );
}

function RevokeDialog({
  token,
  onChange,
  onClose,
}: {
  token: OwnTokenFragment;
  onChange: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(RevokeTokenMutation, {
    select: (data) => data.revokeToken,
    failed: (why) => msg('account-tokens-failed', why),
  });
  return (
    <ConfirmDialog
      heading={msg('account-tokens-end-heading', harmlessName(token.name))}
      confirm={msg('account-tokens-end-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ input: { tokenId: token.id } });
        onChange();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('account-tokens-end-body')}</p>
    </ConfirmDialog>
  );
}

/** The secret of a new token, which is shown only once. */
function NewToken({ created, onDone }: { created: CreatedToken; onDone: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="made-token" ref={box} tabIndex={-1}>
      <Message tone="success">{msg('account-tokens-made', harmlessName(created.name))}</Message>
      {/* Beside the message, which screen readers announce as a whole whenever something in it changes. */}
      <p class="made-token__row">
        <code class="made-token__token">{created.token}</code>
        <CopyButton words={created.token} label={msg('account-tokens-copy')} />
        <button type="button" class="cdx-button" onClick={onDone}>
          {msg('account-tokens-done')}
        </button>
      </p>
    </div>
  );
}
