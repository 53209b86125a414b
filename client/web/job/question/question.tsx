// Owns the card of the open question: what scap asks, what explains it, and its answers. Sends nothing.
import { cdxIconHelpNoticeFilled } from '@wikimedia/codex-icons';
import { useContext, useEffect, useId, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Message } from '../../parts/message.tsx';
import { useSpan } from '../../parts/moment.tsx';
import { SendButton } from '../../parts/send-button.tsx';
import { Status } from '../../parts/status.tsx';
import { Stale } from '../../state/stale.ts';
import { DebugHint } from '../parts/debug-hint.tsx';
import { type ErrorLine, ErrorLineLink } from '../parts/error-line.tsx';
import { WatcherSentence } from '../people/watchers.tsx';
import { ChoiceAnswer } from './choice-answer.tsx';
import { Claim } from './claim.tsx';
import { Explanation } from './explanation.tsx';
import { answerEffects } from './interaction.ts';
import { ListedChanges } from './listed-changes.tsx';
import { TextAnswer } from './text-answer.tsx';
import './question.css';

/** The card of an open question. Give it `key={interaction.id}`: its state belongs to one question. */
export function Question({
  jobId,
  interaction,
  step,
  changes,
  errors,
  mayAnswer,
  problem,
  onAnswer,
  onRetry,
}: {
  jobId: string;
  interaction: QuestionFragment;
  /** The stage of the job in which it is asked, as text; null if not known. */
  step: string | null;
  /** The numbers of the job's changes, where they are known. */
  changes: readonly string[];
  /** The error lines that led to it. */
  errors: readonly ErrorLine[];
  /** Null while it is not known yet. */
  mayAnswer: boolean | null;
  /** Why the last answer was not accepted, or null. */
  problem: string | null;
  onAnswer: (answer: string) => void;
  /** Sends the last answer again; null: that would be of no use. */
  onRetry: (() => void) | null;
}) {
  const stale = useContext(Stale);
  const { explanation, question, aligned } = questionText(interaction.prompt);
  const waiting = useSpan(interaction.askedAt, null);
  const reasonId = useId();
  const effects = answerEffects(interaction.key, interaction.choices);
  const disabled = mayAnswer !== true || stale !== null;
  const disabledReason = mayAnswer === false ? msg('job-question-may-not-answer') : stale;
  const AnswerForm = interaction.kind === 'TEXT' ? TextAnswer : ChoiceAnswer;

  return (
    <section
      class="question"
      aria-label={msg('job-question-region', harmlessLabel(question))}
      tabIndex={-1}
      onKeyDown={pressChoice}
    >
      <p class="question__header">
        <Icon icon={cdxIconHelpNoticeFilled} size="small" />
        {msg('job-question-heading')}
        {step !== null && <span>{step}</span>}
        <span class="question__waiting">{msg('job-question-waiting', waiting)}</span>
      </p>
      <h2 class="question__question">
        <ForeignText>{question}</ForeignText>
      </h2>
      {errors.map((line) => (
        <ErrorLineLink key={line.number} line={line} />
      ))}
      {explanation !== '' && <Explanation text={explanation} aligned={aligned} />}
      {interaction.key === 'backport.confirm' && (
        <ListedChanges explanation={explanation} changes={changes} />
      )}
      {interaction.key === 'testservers.continue' && <DebugHint words={msg('job-question-check-hint')} />}
      <div class="question__answers">
        <AnswerForm
          interaction={interaction}
          disabled={disabled}
          disabledReason={disabledReason}
          reasonId={reasonId}
          onAnswer={onAnswer}
        />
        {disabledReason !== null && (
          <Status id={reasonId} class="hint">
            {disabledReason}
          </Status>
        )}
        {effects.map((effect) => (
          <p key={effect} class="hint">
            {effect}
          </p>
        ))}
        <WatcherSentence />
        <Claim interaction={interaction} mayAct={mayAnswer} disabled={disabled} />
        {problem !== null && (
          <Message tone="error" inline>
            <span>{problem}</span>{' '}
            {onRetry !== null && (
              <SendButton class="cdx-button cdx-button--size-small" blocked={disabled} onClick={onRetry}>
                {msg('job-question-again')}
              </SendButton>
            )}
          </Message>
        )}
      </div>
      <span class="visually-hidden" aria-live="assertive">
        <Announcement words={msg('job-question-announce', jobId, harmlessLabel(question))} />
      </span>
    </section>
  );
}

/** A key that is the code of a choice presses its button. It works only inside the card, and never while text is typed. */
function pressChoice(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement) return;
  for (const button of event.currentTarget.querySelectorAll<HTMLButtonElement>('button[data-code]')) {
    if (button.dataset['code'] === event.key) {
      event.preventDefault();
      button.click();
    }
  }
}

/** Text for a live region. It is inserted after the region itself, because screen readers announce only changes. */
function Announcement({ words }: { words: string }) {
  const [announced, setAnnounced] = useState('');
  useEffect(() => setAnnounced(words), [words]);
  return <>{announced}</>;
}
