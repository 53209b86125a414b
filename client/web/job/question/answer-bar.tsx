// Owns the bar at the bottom edge that leads to the open question while its card is out of view. Owns no answer.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import { msg } from '../../i18n/msg.ts';
import './answer-bar.css';

/** How much of the window, in pixels, the header and the answers of a phone cover. */
const covered = { header: 52, answers: 120 };

/** What has to be in view, so that there is no bar: the card; the question itself where its answers are at the lower edge; the answers, where a card can be in view without them. */
export type Watched = '.question' | '.question__question' | '.question__choices';

/**
 * @param watched what has to be in view
 * @param answerCount how many answers the bar leads to; null: it does not say that
 * @param place contains the card
 * @param onAway is called with whether that is out of view
 * @param onAnswer moves the focus into the card
 */
export function AnswerBar({
  prompt,
  watched,
  answerCount,
  place,
  onAway,
  onAnswer,
}: {
  prompt: string;
  watched: Watched;
  answerCount: number | null;
  place: RefObject<HTMLElement | null>;
  onAway: (away: boolean) => void;
  onAnswer: () => void;
}) {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const element = place.current?.querySelector(watched);
    if (element == null) return;
    const bottom = watched === '.question__question' ? covered.answers : 0;
    const observer = new IntersectionObserver(
      (entries) => {
        const isAway = !(entries.at(-1)?.isIntersecting ?? true);
        setAway(isAway);
        onAway(isAway);
      },
      { rootMargin: `-${covered.header}px 0px -${bottom}px 0px` },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      onAway(false);
    };
  }, [place, watched]);
  if (!away) return null;
  return (
    <div class="answer-bar">
      <bdi class="answer-bar__question">{harmlessLabel(questionText(prompt).question)}</bdi>
      <button type="button" class="cdx-button" onClick={onAnswer}>
        {answerCount === null ? msg('job-question-go') : msg('job-question-go-many', answerCount)}
      </button>
    </div>
  );
}
