// Owns the page on which a person confirms the sign-in of a terminal. The requests are in device-request.ts.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { richMsg } from '../i18n/rich-msg.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { NarrowPage } from '../parts/narrow-page.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { accountPath, followLink } from '../route.ts';
import { secondInUtc } from '../state/time.ts';
import { type DeviceRequest, decideDevice, findDevice } from './device-request.ts';
import { enumMsg, msg } from './messages.ts';
import './device-page.css';

/** First the code, then what asks with it, then the outcome. A code is never taken from the address: a link could bring one that another person started. */
export function DevicePage() {
  const [request, setRequest] = useState<DeviceRequest | null>(null);
  const [outcome, setOutcome] = useState<'allowed' | 'denied' | null>(null);
  const reset = (): void => {
    setRequest(null);
    setOutcome(null);
  };
  return (
    <NarrowPage name="device">
      <h1>{msg('app-heading-device')}</h1>
      {outcome !== null && (
        <>
          <Message tone={outcome === 'allowed' ? 'success' : 'notice'}>
            {msg(outcome === 'allowed' ? 'account-device-allowed' : 'account-device-denied')}
          </Message>
          <div class="device__row">
            <button type="button" class="cdx-button" onClick={reset}>
              {msg('account-device-again')}
            </button>
          </div>
        </>
      )}
      {outcome === null && request === null && <CodeEntry onFound={setRequest} />}
      {outcome === null && request !== null && (
        <Confirmation request={request} onDecided={setOutcome} onAgain={reset} />
      )}
    </NarrowPage>
  );
}

function CodeEntry({ onFound }: { onFound: (request: DeviceRequest) => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => field.current?.focus(), []);

  const send = async (): Promise<void> => {
    if (sending || typed.trim() === '') return;
    setSending(true);
    setProblem(null);
    const found = await findDevice(typed);
    setSending(false);
    if ('code' in found) return onFound(found);
    setProblem(found.message ?? msg('account-device-failed'));
    field.current?.focus();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>{richMsg('account-device-intro', <code>spiderpig sign-in</code>)}</p>
      <label class="cdx-label__label" for={id}>
        {msg('account-device-label')}
      </label>
      <div class="device__row">
        <div class={`cdx-text-input ${problem === null ? '' : 'cdx-text-input--status-error'}`}>
          <input
            ref={field}
            id={id}
            class="cdx-text-input__input device__code"
            type="text"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={32}
            value={typed}
            aria-describedby={`${id}-problem`}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <SendButton
          type="submit"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          sending={sending}
          working={msg('account-device-sending')}
          blocked={typed.trim() === ''}
        >
          {msg('account-device-continue')}
        </SendButton>
      </div>
      <div id={`${id}-problem`}>
        {problem !== null && (
          <Message tone="error" inline>
            {problem}
          </Message>
        )}
      </div>
    </form>
  );
}

function Confirmation({
  request,
  onDecided,
  onAgain,
}: {
  request: DeviceRequest;
  onDecided: (outcome: 'allowed' | 'denied') => void;
  onAgain: () => void;
}) {
  /** What is being sent. */
  const [sending, setSending] = useState<'allow' | 'deny' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const first = useRef<HTMLParagraphElement>(null);
  // Not on a button: Enter, pressed twice in the code, must not confirm.
  useEffect(() => first.current?.focus(), []);

  const decide = async (allow: boolean): Promise<void> => {
    if (sending !== null) return;
    setSending(allow ? 'allow' : 'deny');
    setProblem(null);
    const failure = await decideDevice(request.code, allow);
    setSending(null);
    if (failure === null) onDecided(allow ? 'allowed' : 'denied');
    else setProblem(failure.message ?? msg('account-device-failed'));
  };
  return (
    <section aria-label={msg('app-heading-device')}>
      <Message tone="warning">{msg('account-device-warning')}</Message>
      <p ref={first} tabIndex={-1}>
        {msg('account-device-asks')}
      </p>
      <Facts request={request} />
      {problem !== null && <Message tone="error">{problem}</Message>}
      <div class="device__row">
        <SendButton
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          sending={sending === 'allow'}
          blocked={sending === 'deny'}
          onClick={() => void decide(true)}
        >
          {msg('account-device-allow')}
        </SendButton>
        <SendButton
          class="cdx-button cdx-button--action-destructive"
          sending={sending === 'deny'}
          blocked={sending === 'allow'}
          onClick={() => void decide(false)}
        >
          {msg('account-device-deny')}
        </SendButton>
        {problem !== null && (
          <button type="button" class="cdx-button cdx-button--weight-quiet" onClick={onAgain}>
            {msg('account-device-again')}
          </button>
        )}
      </div>
    </section>
  );
}

function Facts({ request }: { request: DeviceRequest }) {
  const account = (
    <a href={accountPath()} onClick={followLink}>
      {msg('app-heading-account')}
    </a>
  );
  return (
    <dl class="device__facts">
      <dt>{msg('account-device-client')}</dt>
      <dd>
        <ForeignLabel>{request.client}</ForeignLabel>
      </dd>
      <dt>{msg('account-device-host')}</dt>
      <dd>
        <ForeignLabel>{request.host}</ForeignLabel>
      </dd>
      <dt>{msg('account-device-address')}</dt>
      <dd>{request.address ?? msg('account-device-socket')}</dd>
      <dt>{msg('account-device-scope')}</dt>
      <dd>{enumMsg('account-tokens-scope', request.scope)}</dd>
      <dt>{msg('account-device-token')}</dt>
      <dd>{richMsg('account-device-token-days', account)}</dd>
      <dt>{msg('account-device-expires')}</dt>
      <dd>{secondInUtc(Date.parse(request.expiresAt))}</dd>
    </dl>
  );
}
