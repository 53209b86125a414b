// Owns the buttons with which a question of offered choices is answered. Owns no request.
import { useEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { SendButton } from '../../parts/send-button.tsx';
import './choice-answer.css';

/** How long, in milliseconds, new buttons ignore clicks, so that a click meant for the previous question does not answer this one. */
const clickDelay = 400;
/** How long, in milliseconds, a dangerous choice waits for its second press. */
const confirmTime = 5_000;
/** Labels of choices that pass over a failure or cut something off: they need a second press. */
const dangerous =
  /\b(?:ignor\w+|dangerous\w*|kill\w*|forc\w+|skip\w*|overrid\w+|bypass\w*|without (?:a )?roll-?back)\b/i;

const dangerousClass = 'cdx-button cdx-button--action-destructive cdx-button--weight-quiet';

/** What the two ways to answer a question have in common. */
export interface AnswerFormProps {
  readonly interaction: QuestionFragment;
  readonly disabled: boolean;
  /** Why it is disabled; null if it is not, or the reason is not known yet. */
  readonly disabledReason: string | null;
  /** The id of the element that shows `disabledReason`. */
  readonly reasonId: string;
  readonly onAnswer: (answer: string) => void;
}

/** One button for each choice. None of them has a colour, which would recommend it or another: scap's default is often the roll-back. */
export function ChoiceAnswer({ interaction, disabled, disabledReason, reasonId, onAnswer }: AnswerFormProps) {
  const [clickable, setClickable] = useState(false);
  /** The dangerous choice that was pressed once. */
  const [pressed, setPressed] = useState<{ readonly code: string; readonly at: number } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setClickable(true), clickDelay);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (pressed === null) return;
    const timer = setTimeout(() => setPressed(null), confirmTime);
    return () => clearTimeout(timer);
  }, [pressed]);

  const press = (code: string, label: string): void => {
    if (!clickable) return;
    if (!dangerous.test(label)) onAnswer(code);
    else if (pressed?.code !== code) setPressed({ code, at: performance.now() });
    // The second click of a double click confirms nothing.
    else if (performance.now() - pressed.at >= clickDelay) onAnswer(code);
  };

  return (
    <fieldset class="question__choices">
      <legend class="visually-hidden">{msg('job-question-choices')}</legend>
      {interaction.choices.map(({ code, label }) => (
        <SendButton
          key={code}
          data-code={code}
          class={dangerous.test(label) ? dangerousClass : 'cdx-button'}
          title={disabledReason ?? undefined}
          blocked={disabled}
          aria-describedby={disabledReason === null ? undefined : reasonId}
          aria-disabled={disabled || !clickable}
          onClick={() => press(code, label)}
        >
          <span class="question__choice">
            <bdi>
              {pressed?.code === code
                ? msg('job-question-confirm', harmlessLabel(label))
                : harmlessLabel(label)}
            </bdi>{' '}
            {code === interaction.default && (
              <span class="question__default">{msg('job-question-default-choice')}</span>
            )}
          </span>{' '}
          <kbd>{harmlessLabel(code)}</kbd>
        </SendButton>
      ))}
    </fieldset>
  );
}
