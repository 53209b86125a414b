// Owns the list of one's own tokens, how one is made and how it is ended. Owns no loading.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { OwnTokenFragment, TokenScope } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { MakeTokenMutation, RevokeTokenMutation } from './account.graphql.ts';

/** What is offered for a token's life, in days. */
const lifetimes = [1, 7, 30, 90, 365] as const;

/** A token that was just made, and how it is called. */
interface Made {
  readonly token: string;
  readonly name: string;
}

/** @param onChange called once something was made or ended */
export function OwnTokens({
  tokens,
  mayDeploy,
  onChange,
}: {
  tokens: readonly OwnTokenFragment[];
  mayDeploy: boolean;
  onChange: () => void;
}) {
  const [ending, setEnding] = useState<OwnTokenFragment | null>(null);
  const [made, setMade] = useState<Made | null>(null);

  return (
    <section aria-label={msg('account-tokens-heading')}>
      <h2 class="section-heading">{msg('account-tokens-heading')}</h2>
      <p class="hint">{msg('account-tokens-intro')}</p>
      {tokens.length === 0 ? (
        <p class="account__none">{msg('account-tokens-none')}</p>
      ) : (
        <table class="own">
          <thead>
            <tr>
              {[
                msg('account-tokens-column-name'),
                msg('account-tokens-column-scope'),
                msg('account-tokens-column-created-at'),
                msg('account-tokens-column-expires-at'),
                msg('account-tokens-column-last-used-at'),
                msg('account-tokens-column-action'),
              ].map((words) => (
                <th scope="col" key={words}>
                  {words}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <tr key={token.id}>
                <th scope="row">
                  <ForeignLabel>{token.name}</ForeignLabel>
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
                    aria-label={msg('account-tokens-end-label', harmlessLabel(token.name))}
                    onClick={() => setEnding(token)}
                  >
                    {msg('account-tokens-end')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {made === null ? (
        <TokenForm
          mayDeploy={mayDeploy}
          onMade={(token) => {
            setMade(token);
            onChange();
          }}
        />
      ) : (
        <ShownOnce made={made} onDone={() => setMade(null)} />
      )}
      {ending !== null && <RevokeDialog token={ending} onChange={onChange} onClose={() => setEnding(null)} />}
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
      heading={msg('account-tokens-end-heading', harmlessLabel(token.name))}
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

function ShownOnce({ made, onDone }: { made: Made; onDone: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="made-token" ref={box} tabIndex={-1}>
      <Message tone="success">
        <p>{msg('account-tokens-made', harmlessLabel(made.name))}</p>
        <p class="made-token__row">
          <code class="made-token__token">{made.token}</code>
          <CopyButton words={made.token} label={msg('account-tokens-copy')} />
          <button type="button" class="cdx-button" onClick={onDone}>
            {msg('account-tokens-done')}
          </button>
        </p>
      </Message>
    </div>
  );
}

function TokenForm({ mayDeploy, onMade }: { mayDeploy: boolean; onMade: (made: Made) => void }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<TokenScope>('READ');
  const [days, setDays] = useState<number>(30);
  const id = useId();

  const {
    sending: making,
    problem,
    send,
  } = useMutationRequest(MakeTokenMutation, {
    select: (data) => data.makeToken,
    failed: (why) => msg('account-tokens-make-failed', why),
  });

  const make = async (): Promise<void> => {
    const success = await send({ input: { name: name.trim(), scope, days } });
    if (success !== null) onMade({ token: success.made.token, name: success.made.details.name });
  };

  return (
    <form
      class="token-form"
      aria-label={msg('account-tokens-make-heading')}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <div class="token-form__field token-form__name">
        <label class="cdx-label__label" for={`${id}-name`}>
          {msg('account-tokens-name-label')}
        </label>
        <div class="cdx-text-input">
          <input
            id={`${id}-name`}
            class="cdx-text-input__input"
            type="text"
            autocomplete="off"
            maxLength={85}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
      </div>
      <div class="token-form__field">
        <label class="cdx-label__label" for={`${id}-scope`}>
          {msg('account-tokens-scope-label')}
        </label>
        <select
          id={`${id}-scope`}
          class="cdx-select"
          value={scope}
          title={mayDeploy ? undefined : msg('account-tokens-scope-hint')}
          onChange={(event) => setScope(event.currentTarget.value === 'DEPLOY' ? 'DEPLOY' : 'READ')}
        >
          <option value="READ">{msg('account-tokens-scope-words-read')}</option>
          <option value="DEPLOY" disabled={!mayDeploy}>
            {msg('account-tokens-scope-words-deploy')}
          </option>
        </select>
      </div>
      <div class="token-form__field">
        <label class="cdx-label__label" for={`${id}-days`}>
          {msg('account-tokens-days-label')}
        </label>
        <select
          id={`${id}-days`}
          class="cdx-select"
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          {lifetimes.map((each) => (
            <option key={each} value={String(each)}>
              {msg('account-tokens-days', each)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="cdx-button" disabled={making || name.trim() === ''}>
        {making ? msg('account-tokens-making') : msg('account-tokens-make')}
      </button>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </form>
  );
}
