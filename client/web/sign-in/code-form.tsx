// Owns the form for a code: its field, the attempts left, and the lock after too many wrong codes. The request is in
// second-factor.ts.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { useNow } from '../state/clock.ts';
import { serverNow } from '../state/server-clock.ts';
import { briefDuration, secondInUtc } from '../state/time.ts';
import type { SecondFactorStatus } from './access.ts';
import { verifyCode } from './second-factor.ts';
import './code-form.css';

/** Wrong codes after which the second factor is locked; fewer attempts left than this are shown. */
const allTries = 5;

type Attempts = Pick<SecondFactorStatus, 'triesLeft' | 'lockedUntil'>;

/**
 * @param known how many attempts are left; null when not known
 * @param onVerified called when the code was correct and the new key is stored
 * @param onSessionEnd called when the session has ended
 */
export function CodeForm({
  known,
  onVerified,
  onSessionEnd,
}: {
  known: Attempts | null;
  onVerified: () => void;
  onSessionEnd: () => void;
}) {
  const id = useId();
  const form = useCode(known, onVerified, onSessionEnd);
  const { field, typed, problem, locked, sending } = form;
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        void form.send();
      }}
    >
      <label class="cdx-label__label" for={id}>
        {msg('sign-in-second-factor-label')}
      </label>
      <div class="code-form__row">
        <div class={`cdx-text-input ${problem === null ? '' : 'cdx-text-input--status-error'}`}>
          <input
            ref={field}
            id={id}
            class="cdx-text-input__input code-form__input"
            type="text"
            // Host codes contain letters, so a numeric keyboard would not do.
            inputMode="text"
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={64}
            value={typed}
            disabled={locked}
            aria-describedby={`${id}-said`}
            onInput={(event) => form.type(event.currentTarget.value)}
          />
        </div>
        <SendButton
          type="submit"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          sending={sending}
          working={msg('sign-in-second-factor-sending')}
          blocked={locked || typed.trim() === ''}
        >
          {msg('sign-in-second-factor-send')}
        </SendButton>
      </div>
      <div id={`${id}-said`}>
        <Status attempts={form.attempts} problem={problem} until={form.until} now={form.now} />
      </div>
    </form>
  );
}

/** The state of the form: what is typed, the attempts left, and the request. */
function useCode(known: Attempts | null, onVerified: () => void, onSessionEnd: () => void) {
  const [typed, setTyped] = useState('');
  const [sending, setSending] = useState(false);
  const [attempts, setAttempts] = useState(known);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);

  // Newer numbers from the server replace those of the last attempt.
  useEffect(() => setAttempts(known), [known?.triesLeft, known?.lockedUntil]);
  const until = attempts?.lockedUntil == null ? 0 : Date.parse(attempts.lockedUntil);
  const now = useNow(until > serverNow());
  const locked = until > now;

  useEffect(() => {
    if (!locked) field.current?.focus();
  }, [locked]);

  const send = async (): Promise<void> => {
    if (sending || locked || typed.trim() === '') return;
    setSending(true);
    setProblem(null);
    const outcome = await verifyCode(typed);
    setSending(false);
    if (outcome.result === 'verified') onVerified();
    else if (outcome.result === 'session ended') onSessionEnd();
    else if (outcome.result === 'failed') setProblem(msg('sign-in-second-factor-failed'));
    else if (outcome.result === 'refused') {
      setAttempts(outcome);
      setProblem(
        outcome.lockedUntil === null ? (outcome.message ?? msg('sign-in-second-factor-refused')) : null,
      );
      setTyped('');
      field.current?.focus();
    }
  };
  return { field, typed, type: setTyped, sending, attempts, problem, until, now, locked, send };
}

/** That the second factor is locked, why the code was not accepted, or how many attempts are left. */
function Status({
  attempts,
  problem,
  until,
  now,
}: {
  attempts: Attempts | null;
  problem: string | null;
  /** When the lock ends, and the time of the server, in milliseconds since 1970. */
  until: number;
  now: number;
}) {
  if (until > now)
    return (
      <Message tone="warning">
        {msg('sign-in-second-factor-locked', secondInUtc(until))}{' '}
        <span class="span" aria-hidden="true">
          {msg('sign-in-second-factor-locked-for', briefDuration(until - now + 999))}
        </span>
      </Message>
    );
  if (problem !== null)
    return (
      <Message tone="error" inline>
        {problem}
      </Message>
    );
  if (attempts === null || attempts.lockedUntil !== null || attempts.triesLeft >= allTries) return null;
  return <p class="hint">{msg('sign-in-second-factor-tries-left', attempts.triesLeft)}</p>;
}
