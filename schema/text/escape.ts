// Owns what an escape sequence of a terminal is, for who wants text without them. Pure. Not what one means, that is for whoever draws it.

/**
 * One sequence: CSI; a string (OSC, DCS …) with its end; anything else that begins with ESC. They end within their line, and each is found in
 * time linear in its length. What is no whole sequence loses its ESC and the sign after it.
 */
export const escapeSequence = [
  String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
  String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)`,
  String.raw`\x1b[ -/]*[0-~]`,
].join('|');
const sequences = new RegExp(escapeSequence, 'g');

/** Text without escape sequences. Pure. */
export const withoutEscapes = (text: string): string => text.replaceAll(sequences, '');
