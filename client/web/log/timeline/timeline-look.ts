// Owns how a part of a timeline looks: its classes, its place and its width. Owns no layout (timeline-part.ts) and no element.
import type { TimelinePart } from './timeline-part.ts';
import './timeline-bar.css';

/** The properties of the element of a part. */
export const lookOf = ({ kind, shortened, from, width }: TimelinePart) => ({
  class: `timeline__part timeline__part--${kind}${shortened ? ' timeline__part--shortened' : ''}`,
  style: { left: `${100 * from}%`, width: `${100 * width}%` },
});

/** The properties of the element with its name. */
export const nameLookOf = ({ visible }: TimelinePart) => ({
  class: 'timeline__name',
  ...(visible < 1 ? { style: { width: `${100 * visible}%` } } : {}),
});
