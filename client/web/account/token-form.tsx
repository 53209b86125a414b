// Owns the form that creates a token.
import { useId, useState } from 'preact/hooks';
import type { TokenScope } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { MakeTokenMutation } from './account.graphql.ts';
import { msg } from './messages.ts';
import './token-form.css';

/** The lifetimes that the form offers, in days. */
const lifetimes = [1, 7, 30, 90, 365] as const;

/** A new token with its secret. */
export interface CreatedToken {
  readonly token: string;
  readonly name: string;
}

/** @param mayDeploy whether the viewer may create tokens with the deploy scope */
export function TokenForm({
  mayDeploy,
  onCreated,
}: {
  mayDeploy: boolean;
  onCreated: (created: CreatedToken) => void;
}) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<TokenScope>('READ');
  const [days, setDays] = useState<number>(30);
  const { sending, problem, send } = useMutationRequest(MakeTokenMutation, {
    select: (data) => data.makeToken,
    failed: (why) => msg('account-tokens-make-failed', why),
  });
  const id = useId();

  const create = async (): Promise<void> => {
    const success = await send({ input: { name: name.trim(), scope, days } });
    if (success !== null) onCreated({ token: success.made.token, name: success.made.details.name });
  };

  return (
    <form
      class="token-form"
      aria-label={msg('account-tokens-make-heading')}
      onSubmit={(event) => {
        event.preventDefault();
        void create();
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
      <SendButton
        type="submit"
        sending={sending}
        working={msg('account-tokens-making')}
        blocked={name.trim() === ''}
      >
        {msg('account-tokens-make')}
      </SendButton>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </form>
  );
}
