// Owns the place of the open question: its card, the receipt of an answer, why an answer was not used, and where the focus goes.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { Message } from '../../parts/message.tsx';
import { isLow, isNarrow } from '../../state/narrow.ts';
import { isPageKey } from '../../state/page-key.ts';
import { useStableCallback } from '../../state/stable-callback.ts';
import type { ErrorLine } from '../parts/error-line.tsx';
import { AnswerBar, type Watched } from './answer-bar.tsx';
import { useAnswer } from './answer-request.ts';
import { answerInWords } from './interaction.ts';
import { Question } from './question.tsx';
import { Receipt, useOtherAnswer, useReceiptEnd } from './receipt.tsx';

/** The open question of job `jobId`, or the receipt of the answer that was just sent, by this user or by another one. */
export function OpenQuestion({
  jobId,
  interaction,
  interactions = [],
  step = null,
  changes = [],
  errors = [],
  hasFooter = false,
  mayAnswer,
}: {
  jobId: string;
  /** Null while scap asks nothing. */
  interaction: QuestionFragment | null;
  /** The questions of the job with their answers, where they are known. */
  interactions?: readonly QuestionFragment[];
  /** The stage of the job in which it is asked, as text; null if not known. */
  step?: string | null;
  /** The numbers of the job's changes, where they are known. */
  changes?: readonly string[];
  /** The error lines that led to the question, where they are known. */
  errors?: readonly ErrorLine[];
  /** Whether the answers are at the lower edge of a narrow window. There can be only one question on the page then. */
  hasFooter?: boolean;
  /** Null while it is not known yet. */
  mayAnswer: boolean | null;
}) {
  const { answer, notice, words, isAnswered, dismiss, forget } = useLastAnswer(interaction, interactions);
  const { sent, sending, problem } = answer;
  const open = interaction !== null && interaction.id !== sent?.interaction.id ? interaction : null;
  const place = useRef<HTMLDivElement>(null);
  const receipt = useRef<HTMLParagraphElement>(null);
  const noticePlace = useRef<HTMLDivElement>(null);
  const [isAway, setAway] = useState(false);
  const focusCard = useStableCallback((): boolean => {
    const card = place.current?.querySelector<HTMLElement>('.question');
    card?.scrollIntoView({ block: 'nearest' });
    card?.focus();
    return card != null;
  });
  useAnswerKey(focusCard);
  useFocusAfterAnswer({
    place,
    // Also where the job has shown the answer of another user before the server refused this one.
    said: words !== null ? receipt : notice !== null ? noticePlace : null,
    openId: open?.id ?? null,
    focusCard,
  });
  const isOld = useReceiptEnd(receipt, words !== null && !sending && open === null, forget);
  const foot = hasFooter && open?.kind === 'CHOICES' && open.choices.length <= maxInFooter;
  const many = hasFooter && isNarrow.value && open?.kind === 'CHOICES' && !foot;

  return (
    <div
      class={`open-question${foot ? ' open-question--foot' : ''}${isAway ? ' open-question--away' : ''}`}
      ref={place}
    >
      {notice !== null && <Notice place={noticePlace} words={notice} onDismiss={dismiss} />}
      {/* Here before there is a receipt, so that it is announced. */}
      <div class="open-question__receipt" role="status">
        {open === null && words !== null && (
          <Receipt place={receipt} words={words} isAnswered={isAnswered} isOld={isOld} onLeave={forget} />
        )}
      </div>
      {open !== null && (
        <Question
          key={open.id}
          jobId={jobId}
          interaction={open}
          step={step}
          changes={changes}
          errors={errors}
          mayAnswer={mayAnswer}
          problem={problem?.interactionId === open.id ? problem.words : null}
          onAnswer={(code) => void answer.send(open, code)}
          // A text may have been edited since: its own button sends what is in the field.
          onRetry={
            problem?.answer == null || open.kind === 'TEXT'
              ? null
              : () => void answer.send(open, problem.answer ?? '')
          }
        />
      )}
      {open !== null && (
        <AnswerBar
          key={open.id}
          prompt={open.prompt}
          watched={watchedIn(foot, many)}
          answerCount={many ? open.choices.length : null}
          place={place}
          onAway={setAway}
          onAnswer={focusCard}
        />
      )}
    </div>
  );
}

/** Sends answers, and says what happened to the last one, of this user or of another one. */
function useLastAnswer(interaction: QuestionFragment | null, interactions: readonly QuestionFragment[]) {
  const [notice, setNotice] = useState<string | null>(null);
  const answer = useAnswer(setNotice);
  const { sent, sending } = answer;
  const other = useOtherAnswer(interaction, interactions, sent?.interaction.id ?? null);
  // The notice says it already.
  const isNoticed = notice !== null && sent === null && other.words !== null;
  const sentWords =
    sent === null
      ? null
      : msg(
          sending ? 'job-question-sending' : 'job-question-sent',
          answerInWords(sent.interaction, sent.answer),
        );
  const dismiss = (): void => {
    setNotice(null);
    other.forget();
  };
  const forget = (): void => {
    answer.forget();
    other.forget();
  };
  const isAnswered = sent === null ? other.isAnswered : !sending;
  return {
    answer,
    notice,
    isAnswered,
    words: sentWords ?? (isNoticed ? null : other.words),
    dismiss,
    forget,
  };
}

/** Why an answer was not used. */
function Notice({
  place,
  words,
  onDismiss,
}: {
  place: RefObject<HTMLDivElement | null>;
  words: string;
  onDismiss: () => void;
}) {
  return (
    <div tabIndex={-1} ref={place}>
      <Message tone="warning" onDismiss={onDismiss}>
        {words}
      </Message>
    </div>
  );
}

/** What has to be in view. @param isFooter whether the answers are at the lower edge of a phone @param isMany whether there are too many for that */
function watchedIn(isFooter: boolean, isMany: boolean): Watched {
  if (isFooter && isNarrow.value && !isLow.value) return '.question__question';
  return isMany ? '.question__choices' : '.question';
}

/** More answers would cover too much of a phone: they stay in the card, and the bar leads to them. */
const maxInFooter = 4;

/** The buttons are gone with their card: the focus must not fall back to the beginning of the page. It goes to the receipt, then to the next card. */
function useFocusAfterAnswer({
  place,
  said,
  openId,
  focusCard,
}: {
  place: RefObject<HTMLElement | null>;
  /** What tells the result of the last answer; null if nothing does. */
  said: RefObject<HTMLElement | null> | null;
  openId: string | null;
  focusCard: () => boolean;
}): void {
  const hadFocus = useRef(false);
  // While this renders, the focus is still where it was before. Once it is lost, it belongs to what had it last.
  const focused = document.activeElement;
  if (focused !== null && focused !== document.body)
    hadFocus.current = place.current?.contains(focused) ?? false;
  useLayoutEffect(() => {
    if (!hadFocus.current) return;
    if (openId !== null) focusCard();
    else said?.current?.focus();
  }, [openId, said]);
}

/** The key `a` moves the focus to the question from anywhere on the page, except where text is typed. @param focus returns whether there is a question */
function useAnswerKey(focus: () => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'a' && isPageKey(event) && focus()) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [focus]);
}
