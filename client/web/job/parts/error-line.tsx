// Owns how an error line of the log is quoted outside of the log: its text, and a link to it. Owns no search for errors.
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { msg } from '../../i18n/msg.ts';
import './error-line.css';

/** A line of a log that looks like an error. */
export interface ErrorLine {
  /** The number of the line. */
  readonly number: number;
  /** Its visible text, shortened. */
  readonly text: string;
}

export function ErrorLineLink({ line: { number, text } }: { line: ErrorLine }) {
  return (
    <p class="error-line">
      <code class="error-line__text" title={harmlessLabel(text)}>
        <bdi>{harmlessLabel(text)}</bdi>
      </code>
      <a href={`#L${number}`}>{msg('job-last-error', number)}</a>
    </p>
  );
}
