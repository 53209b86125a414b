// Owns messages whose parameters are elements: a name in bold, a command as code.
import { type ComponentChild, Fragment } from 'preact';
import { type MessageKey, msg } from './msg.ts';

/** Private-use characters, which no message contains. */
const [open, close] = ['\uE000', '\uE001'];

/** The message as children of an element, with `$1`, `$2` … replaced by elements instead of text. */
export function richMsg(key: MessageKey, ...parameters: readonly ComponentChild[]): ComponentChild {
  const sentence = msg(key, ...parameters.map((_, index) => `${open}${index}${close}`));
  // At odd places: the index of a parameter.
  const pieces = sentence.split(/\uE000(\d+)\uE001/);
  return pieces.map((piece, at) => (
    <Fragment key={at}>{at % 2 === 0 ? piece : parameters[Number(piece)]}</Fragment>
  ));
}
