// Owns how an authenticator is added and removed on the page. Owns no code that signs in (code-form.tsx).
import { useClient } from '@urql/preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useMutationRequest } from '../connection/mutation.ts';
import { msg } from '../i18n/msg.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Message } from '../parts/message.tsx';
import { CodeForm } from '../sign-in/code-form.tsx';
import {
  BeginAuthenticatorMutation,
  ConfirmAuthenticatorMutation,
  RemoveAuthenticatorMutation,
} from './account.graphql.ts';
import { QrCode } from './qr-code.tsx';

interface Offered {
  readonly secret: string;
  readonly url: string;
}

/** What is under way. `fresh`: a second factor is shown first, and then what was wanted is done. */
type Step =
  | { readonly step: 'none' }
  | { readonly step: 'fresh'; readonly wish: 'add' | 'remove' }
  | { readonly step: 'offered'; readonly offered: Offered }
  | { readonly step: 'removing' };

const none: Step = { step: 'none' };

/** @param onChange called once it was added or removed */
export function Authenticator({ has, onChange }: { has: boolean; onChange: () => void }) {
  const client = useClient();
  const [step, setStep] = useState<Step>(none);
  const [done, setDone] = useState<string | null>(null);
  // A fresh second factor brings another key, and with it another client: what was wanted goes on over that one.
  const wanted = useRef<'add' | 'remove' | null>(null);

  const beginning = useMutationRequest(BeginAuthenticatorMutation, {
    select: (data) => data.beginAuthenticator,
    failed,
    onRefusal: (refusal) => {
      if (refusal.__typename !== 'SecondFactorTooOld') return failed(refusal.message);
      setStep({ step: 'fresh', wish: 'add' });
      return null;
    },
  });

  const begin = async (): Promise<void> => {
    setDone(null);
    const success = await beginning.send({});
    if (success !== null) setStep({ step: 'offered', offered: success.offered });
    else onChange();
  };

  useEffect(() => {
    const next = wanted.current;
    wanted.current = null;
    if (next === 'add') void begin();
    else if (next === 'remove') setStep({ step: 'removing' });
  }, [client]);

  return (
    <section aria-label={msg('account-authenticator-heading')}>
      <h2 class="section-heading">{msg('account-authenticator-heading')}</h2>
      <p class="hint">{msg('account-authenticator-intro')}</p>
      {done !== null && (
        <Message tone="success" inline>
          {done}
        </Message>
      )}
      {beginning.problem !== null && (
        <Message tone="error" inline>
          {beginning.problem}
        </Message>
      )}
      {step.step === 'fresh' && (
        <div class="authenticator__fresh">
          <p>{msg('account-authenticator-fresh')}</p>
          <CodeForm
            known={null}
            onRight={() => {
              wanted.current = step.wish;
              setStep(none);
            }}
            // The page learns it over its connection as well, and says so.
            onGone={() => setStep(none)}
          />
          <button type="button" class="cdx-button" onClick={() => setStep(none)}>
            {msg('account-authenticator-cancel')}
          </button>
        </div>
      )}
      {step.step === 'offered' && (
        <Enrolment
          offered={step.offered}
          onCancel={() => setStep(none)}
          onAdded={() => {
            setStep(none);
            setDone(msg('account-authenticator-added'));
            onChange();
          }}
          onTooOld={() => setStep({ step: 'fresh', wish: 'add' })}
        />
      )}
      {(step.step === 'none' || step.step === 'removing') &&
        (has ? (
          <p class="authenticator__row">
            {msg('account-authenticator-has')}
            <button type="button" class="cdx-button" onClick={() => setStep({ step: 'removing' })}>
              {msg('account-authenticator-remove')}
            </button>
          </p>
        ) : (
          <button type="button" class="cdx-button" disabled={beginning.sending} onClick={() => void begin()}>
            {beginning.sending ? msg('account-authenticator-adding') : msg('account-authenticator-add')}
          </button>
        ))}
      {step.step === 'removing' && (
        <RemoveDialog
          onRemoved={() => {
            setDone(msg('account-authenticator-removed'));
            setStep(none);
            onChange();
          }}
          onTooOld={() => setStep({ step: 'fresh', wish: 'remove' })}
          onFailed={onChange}
          onClose={() => setStep((now) => (now.step === 'removing' ? none : now))}
        />
      )}
    </section>
  );
}

const failed = (why: string): string => msg('account-authenticator-failed', why);

function RemoveDialog({
  onRemoved,
  onTooOld,
  onFailed,
  onClose,
}: {
  onRemoved: () => void;
  /** Called if the server requires a fresh second factor first. */
  onTooOld: () => void;
  onFailed: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(RemoveAuthenticatorMutation, {
    select: (data) => data.removeAuthenticator,
    failed,
    onRefusal: (refusal) => {
      if (refusal.__typename !== 'SecondFactorTooOld') return failed(refusal.message);
      onTooOld();
      return null;
    },
  });
  return (
    <ConfirmDialog
      heading={msg('account-authenticator-remove-heading')}
      confirm={msg('account-authenticator-remove-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({});
        if (success === null) onFailed();
        else onRemoved();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('account-authenticator-remove-body')}</p>
    </ConfirmDialog>
  );
}

/** In groups of four, as it is typed off. */
const grouped = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');

function Enrolment({
  offered,
  onCancel,
  onAdded,
  onTooOld,
}: {
  offered: Offered;
  onCancel: () => void;
  onAdded: () => void;
  onTooOld: () => void;
}) {
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  const { sending, problem, send } = useMutationRequest(ConfirmAuthenticatorMutation, {
    select: (data) => data.confirmAuthenticator,
    failed,
    onRefusal: (refusal) => {
      if (refusal.__typename !== 'SecondFactorTooOld') return refusal.message;
      onTooOld();
      return null;
    },
  });

  const confirm = async (): Promise<void> => {
    if (sending) return;
    if ((await send({ input: { code } })) !== null) onAdded();
    else field.current?.select();
  };

  return (
    <form
      class="enrolment"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <QrCode words={offered.url} label={msg('account-authenticator-qr-label')} />
      <div class="enrolment__rest">
        <p>{msg('account-authenticator-scan')}</p>
        <p>
          <span class="cdx-label__label">{msg('account-authenticator-secret')}</span>
          <span class="enrolment__secret">
            <code>{grouped(offered.secret)}</code>
            <CopyButton words={offered.secret} label={msg('account-authenticator-copy')} />
          </span>
        </p>
        <div class="token-form__field">
          <label class="cdx-label__label" for={id}>
            {msg('account-authenticator-code')}
          </label>
          <div class={`cdx-text-input ${problem === null ? '' : 'cdx-text-input--status-error'}`}>
            <input
              ref={field}
              id={id}
              class="cdx-text-input__input code-form__input"
              type="text"
              inputMode="numeric"
              autocomplete="one-time-code"
              maxLength={16}
              value={code}
              aria-describedby={`${id}-problem`}
              onInput={(event) => setCode(event.currentTarget.value)}
            />
          </div>
        </div>
        <div id={`${id}-problem`}>
          {problem !== null && (
            <Message tone="error" inline>
              {problem}
            </Message>
          )}
        </div>
        <div class="enrolment__actions">
          <button
            type="submit"
            class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
            disabled={sending || code.trim() === ''}
          >
            {msg('account-authenticator-confirm')}
          </button>
          <button type="button" class="cdx-button" onClick={onCancel}>
            {msg('account-authenticator-cancel')}
          </button>
        </div>
      </div>
    </form>
  );
}
