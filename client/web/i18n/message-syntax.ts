// Owns reading the templates of a message, such as `{{PLURAL:$1|day|days}}`, instead of the parser of banana-i18n: each message once, in a twentieth of the code. Owns no template (msg.ts).

/** What banana-i18n makes of a message: text, a list of the name of a template and its parameters, or nothing where a parameter is empty. */
export type Syntax = string | number | undefined | readonly Syntax[];

const known = new Map<string, Syntax>();

/** The syntax of a message as banana-i18n has it, without links and HTML, which are text here. Read once for each message. */
export function messageSyntax(message: string): Syntax {
  const syntax = known.get(message) ?? new Reader(message).message();
  known.set(message, syntax);
  return syntax;
}

/** Reads one message from its start to its end. */
class Reader {
  readonly #message: string;
  #at = 0;

  constructor(message: string) {
    this.#message = message;
  }

  message(): Syntax {
    const nodes: Syntax[] = [];
    while (this.#at < this.#message.length) {
      const text = this.#take(/(?:\\[\s\S]|[^{}$\\])+/y);
      nodes.push(text === null ? this.#marked() : unescaped(text));
    }
    return ['CONCAT', ...nodes];
  }

  /** What the sticky expression matches here; null if it does not match. */
  #take(expression: RegExp): string | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#message)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  /** A replacement, a template, or the character that begins neither. */
  #marked(): Syntax {
    const replacement = this.#take(/\$\d+/y);
    if (replacement !== null) return ['REPLACE', Number(replacement.slice(1)) - 1];
    const name = this.#take(/\{\{[^:|{}]+/y);
    if (name === null) return this.#take(/[\s\S]/y) ?? '';
    const parameters: Syntax[] = [];
    // The first one follows a colon, the others a bar.
    if (this.#take(/:/y) !== null) parameters.push(this.#parameter() ?? '');
    while (this.#take(/\|/y) !== null) parameters.push(this.#parameter());
    if (this.#take(/\}\}/y) === null) throw new Error(`a template has no end: ${this.#message}`);
    return [name.slice(2), ...parameters];
  }

  #parameter(): Syntax {
    const nodes: Syntax[] = [];
    while (this.#at < this.#message.length && !/[|}]/.test(this.#message.charAt(this.#at))) {
      const text = this.#take(/(?:\\[\s\S]|[^{}$\\|])+/y);
      nodes.push(text === null ? this.#marked() : unescaped(text));
    }
    return nodes.length > 1 ? ['CONCAT', ...nodes] : nodes[0];
  }
}

const unescaped = (text: string): string => text.replaceAll(/\\([\s\S])/g, '$1');
