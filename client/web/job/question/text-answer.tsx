// Owns the field with which a question is answered in one line of text, and its draft. Owns no request.
import { useId, useState } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { SendButton } from '../../parts/send-button.tsx';
import type { AnswerFormProps } from './choice-answer.tsx';
import { suggestedAnswer } from './interaction.ts';
import './text-answer.css';

/** Drafts by interaction. They outlive the component, so that neither an error nor a visit to another page loses one. */
const drafts = new Map<string, string>();

export function TextAnswer({ interaction, disabled, disabledReason, reasonId, onAnswer }: AnswerFormProps) {
  const [draft, setDraft] = useState(drafts.get(interaction.id) ?? '');
  const id = useId();
  const suggestion = suggestedAnswer(interaction);
  const change = (value: string): void => {
    drafts.set(interaction.id, value);
    setDraft(value);
  };
  return (
    <form
      class="question__text"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(draft);
      }}
    >
      <label class="question__label" for={id}>
        {msg('job-question-answer-label')}
      </label>
      <div class="cdx-text-input question__field">
        <input
          id={id}
          class="cdx-text-input__input"
          type="text"
          value={draft}
          autocomplete="off"
          // A disabled field would lose the focus, for example when the connection breaks while the user types.
          readOnly={disabled}
          placeholder={suggestion ?? undefined}
          aria-describedby={`${id}-help`}
          onInput={(event) => change(event.currentTarget.value)}
        />
      </div>
      {suggestion !== null && (
        <SendButton blocked={disabled} onClick={() => change(suggestion)}>
          {msg('job-question-use-default')}
        </SendButton>
      )}
      <SendButton
        type="submit"
        blocked={disabled}
        title={disabledReason ?? undefined}
        aria-describedby={disabledReason === null ? undefined : reasonId}
      >
        {msg(draft === '' ? 'job-question-send-empty' : 'job-question-send')}
      </SendButton>
      <p class="hint" id={`${id}-help`}>
        {msg('job-question-answer-help')}
      </p>
    </form>
  );
}
