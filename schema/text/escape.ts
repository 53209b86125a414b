// Owns terminal escape sequences, for removing them from text. Pure. Not what they mean (terminal-line.ts).

/**
 * Matches one sequence: CSI; a string (OSC, DCS …) with its terminator; anything else that begins with ESC. Sequences end within their
 * line, and matching takes linear time. An incomplete sequence loses its ESC and the following character.
 */
export const escapeSequence = [
  String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
  String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)`,
  String.raw`\x1b[ -/]*[0-~]`,
].join('|');
