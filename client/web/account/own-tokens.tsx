// Owns the list of one's own tokens, how one is made and how it is ended. Owns no loading.
import { useClient } from '@urql/preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { OwnTokenFragment, TokenScope } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { text } from '../text.ts';
import { MakeTokenMutation, RevokeTokenMutation } from './account.graphql.ts';

const { columns } = text.tokens;

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
  const client = useClient();
  const [ending, setEnding] = useState<OwnTokenFragment | null>(null);
  const [made, setMade] = useState<Made | null>(null);

  const end = async (tokenId: string): Promise<string | null> => {
    const result = await client.mutation(RevokeTokenMutation, { input: { tokenId } });
    const outcome = result.data?.revokeToken;
    onChange();
    if (outcome?.__typename === 'RevokeTokenSuccess') return null;
    return outcome ? text.tokens.failed(outcome.message) : failure(result.error, text.tokens.failed);
  };

  return (
    <section aria-label={text.tokens.heading}>
      <h2 class="section-heading">{text.tokens.heading}</h2>
      <p class="hint">{text.tokens.intro}</p>
      {tokens.length === 0 ? (
        <p class="account__none">{text.tokens.none}</p>
      ) : (
        <table class="own">
          <thead>
            <tr>
              {[
                columns.name,
                columns.scope,
                columns.createdAt,
                columns.expiresAt,
                columns.lastUsedAt,
                columns.action,
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
                <td data-label={columns.scope}>{text.tokens.scope(token.scope)}</td>
                <td data-label={columns.createdAt}>
                  <Moment iso={token.createdAt} />
                </td>
                <td data-label={columns.expiresAt}>
                  <Moment iso={token.expiresAt} />
                </td>
                <td data-label={columns.lastUsedAt}>
                  {token.lastUsedAt === null ? text.tokens.never : <Moment iso={token.lastUsedAt} />}
                </td>
                <td class="own__action">
                  <button
                    type="button"
                    class="cdx-button"
                    aria-label={text.tokens.endLabel(harmlessLabel(token.name))}
                    onClick={() => setEnding(token)}
                  >
                    {text.tokens.end}
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
      {ending !== null && (
        <ConfirmDialog
          heading={text.tokens.endHeading(harmlessLabel(ending.name))}
          confirm={text.tokens.endConfirm}
          onConfirm={() => end(ending.id)}
          onClose={() => setEnding(null)}
        >
          <p>{text.tokens.endBody}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function ShownOnce({ made, onDone }: { made: Made; onDone: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="made-token" ref={box} tabIndex={-1}>
      <Message tone="success">
        <p>{text.tokens.made(harmlessLabel(made.name))}</p>
        <p class="made-token__row">
          <code class="made-token__token">{made.token}</code>
          <CopyButton words={made.token} label={text.tokens.copy} />
          <button type="button" class="cdx-button" onClick={onDone}>
            {text.tokens.done}
          </button>
        </p>
      </Message>
    </div>
  );
}

function TokenForm({ mayDeploy, onMade }: { mayDeploy: boolean; onMade: (made: Made) => void }) {
  const client = useClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<TokenScope>('READ');
  const [days, setDays] = useState<number>(30);
  const [making, setMaking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();

  const make = async (): Promise<void> => {
    if (making) return;
    setMaking(true);
    setProblem(null);
    const result = await client.mutation(MakeTokenMutation, { input: { name: name.trim(), scope, days } });
    const outcome = result.data?.makeToken;
    setMaking(false);
    if (outcome?.__typename === 'MakeTokenSuccess') {
      const { token, details } = outcome.made;
      onMade({ token, name: details.name });
    } else {
      setProblem(
        outcome ? text.tokens.makeFailed(outcome.message) : failure(result.error, text.tokens.makeFailed),
      );
    }
  };

  return (
    <form
      class="token-form"
      aria-label={text.tokens.makeHeading}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <div class="token-form__field token-form__name">
        <label class="cdx-label__label" for={`${id}-name`}>
          {text.tokens.nameLabel}
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
          {text.tokens.scopeLabel}
        </label>
        <select
          id={`${id}-scope`}
          class="cdx-select"
          value={scope}
          title={mayDeploy ? undefined : text.tokens.scopeHint}
          onChange={(event) => setScope(event.currentTarget.value === 'DEPLOY' ? 'DEPLOY' : 'READ')}
        >
          <option value="READ">{text.tokens.scopeWords.READ}</option>
          <option value="DEPLOY" disabled={!mayDeploy}>
            {text.tokens.scopeWords.DEPLOY}
          </option>
        </select>
      </div>
      <div class="token-form__field">
        <label class="cdx-label__label" for={`${id}-days`}>
          {text.tokens.daysLabel}
        </label>
        <select
          id={`${id}-days`}
          class="cdx-select"
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          {lifetimes.map((each) => (
            <option key={each} value={String(each)}>
              {text.tokens.days(each)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="cdx-button" disabled={making || name.trim() === ''}>
        {making ? text.tokens.making : text.tokens.make}
      </button>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </form>
  );
}
