// Owns the buttons with which a question of offered choices is answered. Owns no request.
import { useEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { QuestionFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import './choice-answer.css';

/** How long, in milliseconds, new buttons ignore clicks, so that a click meant for the previous question does not answer this one. */
const clickDelay = 400;

/** What the two ways to answer a question have in common. */
export interface AnswerFormProps {
  readonly interaction: QuestionFragment;
  /** Null while it is not known yet. */
  readonly mayAnswer: boolean | null;
  /** The id of the element that says why the viewer may not answer. It exists if `mayAnswer` is false. */
  readonly mayNotId: string;
  readonly onAnswer: (answer: string) => void;
}

/** One button for each choice. */
export function ChoiceAnswer({ interaction, mayAnswer, mayNotId, onAnswer }: AnswerFormProps) {
  const [clickable, setClickable] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setClickable(true), clickDelay);
    return () => clearTimeout(timer);
  }, []);
  return (
    <fieldset class="question__choices">
      <legend class="visually-hidden">{msg('job-question-choices')}</legend>
      {interaction.choices.map(({ code, label }) => {
        const isDefault = code === interaction.default;
        const title = isDefault ? msg('job-question-default-choice') : undefined;
        return (
          <button
            key={code}
            type="button"
            class={isDefault ? 'cdx-button cdx-button--action-progressive' : 'cdx-button'}
            title={mayAnswer === false ? msg('job-question-may-not-answer') : title}
            disabled={!mayAnswer}
            aria-describedby={mayAnswer === false ? mayNotId : undefined}
            aria-disabled={!clickable}
            onClick={() => {
              if (clickable) onAnswer(code);
            }}
          >
            <bdi>{harmlessLabel(label)}</bdi> <kbd>{harmlessLabel(code)}</kbd>
          </button>
        );
      })}
    </fieldset>
  );
}
