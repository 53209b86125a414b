// Owns how sentences of SpiderPig show commands: what stands between backticks becomes code, as it is in a terminal. Owns no wording.
import { Fragment } from 'preact';

/** A sentence, also one of the server. The backticks of an unfinished pair stay. */
export function Sentence({ children }: { children: string }) {
  // At odd places: what stood between backticks.
  const pieces = children.split(/`([^`\n]+)`/);
  return (
    <>
      {pieces.map((piece, at) => (
        <Fragment key={at}>{at % 2 === 0 ? piece : <code>{piece}</code>}</Fragment>
      ))}
    </>
  );
}
