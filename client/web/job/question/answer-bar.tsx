// Owns the bar at the bottom edge that leads to the open question while its card is out of view. Owns no answer.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import { msg } from '../../i18n/msg.ts';
import './answer-bar.css';

/** How much of the window, in pixels, the header covers. */
const headerHeight = 52;

/** What has to be in view, so that there is no bar: the card; the question itself where its answers are at the lower edge; the answers, where a card can be in view without them. */
export type Watched = '.question' | '.question__question' | '.question__choices';

/**
 * @param watched what has to be in view
 * @param answerCount how many answers the bar leads to; null if it does not say that
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
  const answersHeight = useAnswersHeight(place, watched === '.question__question');
  useEffect(() => {
    const element = place.current?.querySelector(watched);
    if (element == null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const isAway = !(entries.at(-1)?.isIntersecting ?? true);
        setAway(isAway);
        onAway(isAway);
      },
      { rootMargin: `-${headerHeight}px 0px -${answersHeight}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [place, watched, answersHeight]);
  useEffect(() => () => onAway(false), []);
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

/**
 * The height, in pixels, of the answers at the lower edge of a phone, which the style sheets know as `--answers-height`.
 * @param isAtEdge whether they are there; otherwise the result is 0
 */
function useAnswersHeight(place: RefObject<HTMLElement | null>, isAtEdge: boolean): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const answers = isAtEdge ? place.current?.querySelector<HTMLElement>('.question__choices') : null;
    if (answers == null) return;
    const { style } = document.documentElement;
    const measure = (): void => {
      setHeight(answers.offsetHeight);
      style.setProperty('--answers-height', `${answers.offsetHeight}px`);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(answers);
    measure();
    return () => {
      observer.disconnect();
      style.removeProperty('--answers-height');
      setHeight(0);
    };
  }, [place, isAtEdge]);
  return height;
}
