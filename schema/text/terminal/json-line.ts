// Owns JSON that is safe to print in a terminal, one object per line. Pure.

/** What JSON leaves as it is although a terminal, or a program that splits lines, acts on it: C1 controls, bidirectional and invisible characters. */
const unsafe = /[\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/gu;

/** The value as one line of JSON with a newline. It parses to the same value. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replaceAll(unsafe, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )}\n`;
