// Owns how untrusted text is made safe for the terminal: only colours pass, no sequence that moves the cursor, hides or forges text.

// Select Graphic Rendition (colours and attributes): the only escape sequences that pass.
const sgr = /\x1b\[[0-9;:]*m/g;
// The alternatives begin differently and cannot backtrack, so the time is linear in the length of the text.
const sequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

const control = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
// Format characters (bidi controls, zero-width characters, tags) and line separators. Joiners are needed in Persian, Indic scripts and emoji;
// anywhere else they are only misleading.
const invisible = /(?![\u200c\u200d])[\p{Cf}\u2028\u2029]|(?<![\u0300-\u{10ffff}])[\u200c\u200d]/gu;

/** Text of a log, a prompt or a name that is safe to print. `colours`: keep colours. Newlines are kept; `\r` overwrites its line, as in a terminal. */
export function terminalText(text: string, colours: boolean): string {
  const lines = text.split('\n').map((line) => {
    // Not /\r+$/: it takes quadratic time for a line of carriage returns.
    let end = line.length;
    while (line[end - 1] === '\r') end--;
    const shown = line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
    let clean = '';
    let from = 0;
    for (const { index, 0: colour } of shown.matchAll(sgr)) {
      clean += plain(shown.slice(from, index)) + (colours ? colour : '');
      from = index + colour.length;
    }
    return clean + plain(shown.slice(from));
  });
  return lines.join('\n');
}

function plain(text: string): string {
  return (
    text
      // A control string without a terminator would hide the rest of the line, so its content is shown instead.
      .replace(sequence, (_, held: string | undefined, end: string | undefined) => (end ? '' : (held ?? '')))
      .replace(control, '')
      .replace(invisible, (character) => {
        const number = character.codePointAt(0) ?? 0;
        return `‹U+${number.toString(16).toUpperCase().padStart(4, '0')}›`;
      })
  );
}
