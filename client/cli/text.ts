// Owns which characters of foreign text reach the terminal: colours at most, nothing that moves, hides or forges.

// Colours and attributes: the only escape sequences that may pass, and only as they are here.
const sgr = /\x1b\[[0-9;:]*m/g;
// Every alternative begins differently and gives back nothing, so the time is linear in the length of the text.
const sequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

const control = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
// Format characters (bidi controls, zero-width ones, tags) and separators that break lines. Joiners shape Persian, Indic
// scripts and emoji; between anything else they can only mislead.
const invisible = /(?![\u200c\u200d])[\p{Cf}\u2028\u2029]|(?<![\u0300-\u{10ffff}])[\u200c\u200d]/gu;

/** Text of a log, a prompt or a name, fit for the terminal; `colours` keeps colours. Newlines stay, a `\r` begins the line again. */
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
      // A control string without an end would hide the rest of the line: what it holds is shown instead.
      .replace(sequence, (_, held: string | undefined, end: string | undefined) => (end ? '' : (held ?? '')))
      .replace(control, '')
      .replace(invisible, (character) => {
        const number = character.codePointAt(0) ?? 0;
        return `‹U+${number.toString(16).toUpperCase().padStart(4, '0')}›`;
      })
  );
}
