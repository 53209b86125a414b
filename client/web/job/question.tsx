// Owns the question card: what scap asks, the buttons, what became of an answer. Owns no job.
import { useClient } from '@urql/preact';
import { cdxIconHelpNoticeFilled } from '@wikimedia/codex-icons';
import { useEffect, useId, useState } from 'preact/hooks';
import type { QuestionFragment } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { useSpan } from '../parts/moment.tsx';
import { secondInUtc } from '../parts/time.ts';
import { AnswerInteractionMutation } from './interaction.graphql.ts';
import { answerInWords, splitPrompt } from './interaction.ts';

/** What is said of an answer that did not count, after its card is gone too. */
export interface AnswerNotice {
  readonly tone: 'warning' | 'error';
  readonly message: string;
}

type Sending =
  | { readonly step: 'open' }
  | { readonly step: 'sending'; readonly answer: string }
  | { readonly step: 'sent'; readonly answer: string };

/** The card of a pending question. Give it `key={interaction.id}`: another question is another card. */
export function Question({
  jobId,
  interaction,
  mayAnswer,
  onNotice,
}: {
  jobId: string;
  interaction: QuestionFragment;
  mayAnswer: boolean | null;
  onNotice: (notice: AnswerNotice | null) => void;
}) {
  const client = useClient();
  const [sending, setSending] = useState<Sending>({ step: 'open' });
  const [problem, setProblem] = useState<string | null>(null);
  const { explanation, question } = splitPrompt(interaction.prompt);
  const waiting = useSpan(interaction.askedAt, null);
  const headingId = useId();

  const answer = async (code: string): Promise<void> => {
    if (sending.step !== 'open') return;
    setSending({ step: 'sending', answer: code });
    setProblem(null);
    onNotice(null);
    const result = await client.mutation(AnswerInteractionMutation, {
      input: { interactionId: interaction.id, answer: code },
    });
    const outcome = result.data?.answerInteraction;
    switch (outcome?.__typename) {
      case 'AnswerInteractionSuccess':
        return setSending({ step: 'sent', answer: code });
      case 'InteractionAlreadyAnswered':
        setSending({ step: 'open' });
        return onNotice({ tone: 'warning', message: whoWasQuicker(outcome) });
      case 'InteractionGone':
        setSending({ step: 'open' });
        return onNotice({ tone: 'warning', message: outcome.message });
      case 'AnswerNotAccepted':
        setSending({ step: 'open' });
        return setProblem(outcome.message);
      default:
        setSending({ step: 'open' });
        setProblem(failure(result.error, (why) => msg('job-question-failed', why)));
    }
  };

  return (
    <section class="question" aria-labelledby={headingId}>
      <header class="question__header">
        <Icon icon={cdxIconHelpNoticeFilled} size="medium" />
        <h2 class="question__heading" id={headingId}>
          {msg('job-question-heading')}
        </h2>
        <span class="question__waiting">{msg('job-question-waiting', waiting)}</span>
      </header>
      {explanation !== '' && (
        <p class="question__explanation scrolls">
          <ForeignText>{explanation}</ForeignText>
        </p>
      )}
      <p class="question__question">
        <ForeignText>{question}</ForeignText>
      </p>
      {sending.step === 'open' ? (
        <Answers interaction={interaction} mayAnswer={mayAnswer} onAnswer={(code) => void answer(code)} />
      ) : (
        <p class="question__sent" role="status">
          {msg(
            sending.step === 'sending' ? 'job-question-sending' : 'job-question-sent',
            answerInWords(interaction, sending.answer),
          )}
        </p>
      )}
      {mayAnswer === false && (
        <p class="hint" id={mayNotId(interaction.id)}>
          {msg('job-question-may-not-answer')}
        </p>
      )}
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
      <span class="visually-hidden" aria-live="assertive">
        <Announcement words={msg('job-question-announce', jobId, harmlessLabel(question))} />
      </span>
    </section>
  );
}

/** Put into its live region a moment after that is there, since only then it is read out. */
function Announcement({ words }: { words: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => setSaid(words), [words]);
  return <>{said}</>;
}

function whoWasQuicker(outcome: { message: string; interaction: QuestionFragment }): string {
  const { answeredBy, answeredAt, answer } = outcome.interaction;
  if (answeredBy === null || answeredAt === null || answer === null) return outcome.message;
  return msg(
    'job-question-already-answered',
    harmlessLabel(answeredBy.name),
    answerInWords(outcome.interaction, answer),
    secondInUtc(Date.parse(answeredAt)),
  );
}

function Answers({
  interaction,
  mayAnswer,
  onAnswer,
}: {
  interaction: QuestionFragment;
  mayAnswer: boolean | null;
  onAnswer: (code: string) => void;
}) {
  if (interaction.kind === 'TEXT') {
    return <TextAnswer interaction={interaction} mayAnswer={mayAnswer} onAnswer={onAnswer} />;
  }
  return <ChoiceAnswers interaction={interaction} mayAnswer={mayAnswer} onAnswer={onAnswer} />;
}

/** How long, in milliseconds, a new card takes no click: one meant for the question before must not answer this one. */
const guard = 400;

function ChoiceAnswers({
  interaction,
  mayAnswer,
  onAnswer,
}: {
  interaction: QuestionFragment;
  mayAnswer: boolean | null;
  onAnswer: (code: string) => void;
}) {
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), guard);
    return () => clearTimeout(timer);
  }, []);
  return (
    <fieldset class="question__choices">
      <legend class="visually-hidden">{msg('job-question-choices')}</legend>
      {interaction.choices.map((choice) => (
        <button
          key={choice.code}
          type="button"
          class={
            choice.code === interaction.default ? 'cdx-button cdx-button--action-progressive' : 'cdx-button'
          }
          title={
            mayAnswer === false
              ? msg('job-question-may-not-answer')
              : choice.code === interaction.default
                ? msg('job-question-default-choice')
                : undefined
          }
          disabled={!mayAnswer}
          aria-describedby={mayAnswer === false ? mayNotId(interaction.id) : undefined}
          aria-disabled={!armed}
          onClick={() => {
            if (armed) onAnswer(choice.code);
          }}
        >
          <bdi>{harmlessLabel(choice.label)}</bdi> <kbd>{harmlessLabel(choice.code)}</kbd>
        </button>
      ))}
    </fieldset>
  );
}

function TextAnswer({
  interaction,
  mayAnswer,
  onAnswer,
}: {
  interaction: QuestionFragment;
  mayAnswer: boolean | null;
  onAnswer: (answer: string) => void;
}) {
  const [typed, setTyped] = useState(draftOf(interaction.id));
  const id = useId();
  return (
    <form
      class="question__text"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(typed);
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
          value={typed}
          autocomplete="off"
          disabled={!mayAnswer}
          placeholder={interaction.default ?? undefined}
          aria-describedby={`${id}-help`}
          onInput={(event) => {
            drafts.set(interaction.id, event.currentTarget.value);
            setTyped(event.currentTarget.value);
          }}
        />
      </div>
      <button
        type="submit"
        class="cdx-button cdx-button--action-progressive"
        disabled={!mayAnswer}
        title={mayAnswer === false ? msg('job-question-may-not-answer') : undefined}
        aria-describedby={mayAnswer === false ? mayNotId(interaction.id) : undefined}
      >
        {msg('job-question-send')}
      </button>
      <p class="hint" id={`${id}-help`}>
        {msg('job-question-answer-help')}
      </p>
    </form>
  );
}

/** What was typed is kept while the page lives: a failed answer or a look at another page must not cost it. */
const drafts = new Map<string, string>();

function draftOf(interactionId: string): string {
  return drafts.get(interactionId) ?? '';
}

/** Of what says why somebody may not answer a question. */
const mayNotId = (interactionId: string): string => `may-not-answer-${interactionId}`;
