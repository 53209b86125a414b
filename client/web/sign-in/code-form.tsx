// Owns the field for a code, how many tries are left, and the wait after too many wrong ones. Owns no request (second-factor.ts).
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { useNow } from '../parts/clock.ts';
import { Message } from '../parts/message.tsx';
import { briefDuration, secondInUtc } from '../parts/time.ts';
import { showCode } from './second-factor.ts';
import type { SecondFactorStatus } from './standing.ts';

/** Wrong codes after which the second factor is locked; fewer tries left than this are shown. */
const allTries = 5;

type Attempts = Pick<SecondFactorStatus, 'triesLeft' | 'lockedUntil'>;

/**
 * @param known how many tries are left, as far as it is known
 * @param onRight called once the code was right and the new key is kept
 * @param onGone called when the session has ended
 */
export function CodeForm({
  known,
  onRight,
  onGone,
}: {
  known: Attempts | null;
  onRight: () => void;
  onGone: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [sending, setSending] = useState(false);
  const [attempts, setAttempts] = useState(known);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();

  // Asked anew meanwhile, perhaps: the server knows better.
  useEffect(() => setAttempts(known), [known?.triesLeft, known?.lockedUntil]);
  const until = attempts?.lockedUntil == null ? 0 : Date.parse(attempts.lockedUntil);
  const now = useNow(until > Date.now());
  const locked = until > now;

  useEffect(() => {
    if (!locked) field.current?.focus();
  }, [locked]);

  const send = async (): Promise<void> => {
    if (sending || locked || typed.trim() === '') return;
    setSending(true);
    setProblem(null);
    const shown = await showCode(typed);
    setSending(false);
    if (shown.as === 'right') onRight();
    else if (shown.as === 'gone') onGone();
    else if (shown.as === 'failed') setProblem(msg('sign-in-second-factor-failed'));
    else if (shown.as === 'refused') {
      setAttempts(shown);
      setProblem(shown.lockedUntil === null ? (shown.message ?? msg('sign-in-second-factor-refused')) : null);
      setTyped('');
      field.current?.focus();
    }
  };

  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
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
            // Codes of the host have letters too: a keyboard of digits alone would not do.
            inputMode="text"
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={64}
            value={typed}
            disabled={locked}
            aria-describedby={`${id}-said`}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <button
          type="submit"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          disabled={sending || locked || typed.trim() === ''}
        >
          {sending ? msg('sign-in-second-factor-sending') : msg('sign-in-second-factor-send')}
        </button>
      </div>
      <div id={`${id}-said`}>
        {locked ? (
          <Message tone="warning">
            {msg('sign-in-second-factor-locked', secondInUtc(until))}{' '}
            <span class="span" aria-hidden="true">
              {msg('sign-in-second-factor-locked-for', briefDuration(until - now + 999))}
            </span>
          </Message>
        ) : problem !== null ? (
          <Message tone="error" inline>
            {problem}
          </Message>
        ) : (
          attempts !== null &&
          attempts.lockedUntil === null &&
          attempts.triesLeft < allTries && (
            <p class="hint">{msg('sign-in-second-factor-tries-left', attempts.triesLeft)}</p>
          )
        )}
      </div>
    </form>
  );
}
