// Owns the field with which a question is answered in one line of text, and its draft. Owns no request.
import { useId, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import type { AnswerFormProps } from './choice-answer.tsx';
import './text-answer.css';

/** Drafts by interaction. They outlive the component, so that neither an error nor a visit to another page loses one. */
const drafts = new Map<string, string>();

export function TextAnswer({ interaction, mayAnswer, mayNotId, onAnswer }: AnswerFormProps) {
  const [draft, setDraft] = useState(drafts.get(interaction.id) ?? '');
  const id = useId();
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
          disabled={!mayAnswer}
          placeholder={interaction.default ?? undefined}
          aria-describedby={`${id}-help`}
          onInput={(event) => {
            drafts.set(interaction.id, event.currentTarget.value);
            setDraft(event.currentTarget.value);
          }}
        />
      </div>
      <button
        type="submit"
        class="cdx-button cdx-button--action-progressive"
        disabled={!mayAnswer}
        title={mayAnswer === false ? msg('job-question-may-not-answer') : undefined}
        aria-describedby={mayAnswer === false ? mayNotId : undefined}
      >
        {msg('job-question-send')}
      </button>
      <p class="hint" id={`${id}-help`}>
        {msg('job-question-answer-help')}
      </p>
    </form>
  );
}
