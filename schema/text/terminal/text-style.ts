// Owns how terminal text looks: colours and attributes, and what an SGR sequence (`ESC [ … m`) changes. Pure.

/** A colour: one of the 16 named ones (0–15), or red, green and blue, each 0–255. */
export type Colour = number | readonly [red: number, green: number, blue: number];

/** The style of a run of text. A style set on one line stays set on the following lines until it is reset. */
export interface TextStyle {
  readonly foreground: Colour | null;
  readonly background: Colour | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** The style of a terminal after a reset. */
export const plainStyle: TextStyle = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

/**
 * Applies the parameters of one SGR sequence, for example `1;38;5;196`, to a style. `38:2::1:2:3` with colons means the same as
 * `38;2;1;2;3`. Blinking, concealing, fonts and underline colours are ignored: concealed text stays legible.
 * Parameters that hold anything but digits, `;` and `:` are a private sequence of some terminal and change nothing.
 */
export function styleAfter(parameters: string, before: TextStyle): TextStyle {
  if (!/^[0-9;:]*$/.test(parameters)) return before;
  const groups = parameters.split(';');
  let style = before;
  for (let index = 0; index < groups.length; index++) {
    const parts = (groups[index] ?? '').split(':').map(Number);
    const code = parts[0] ?? 0;
    if (code !== 38 && code !== 48 && code !== 58) {
      style = code === 4 && parts[1] === 0 ? { ...style, underline: false } : styleWith(code, style);
      continue;
    }
    const colons = parts.length > 1;
    const { colour, used } = extendedColour(
      // With colons and six parts, the third part is the colour space, which is mostly empty.
      colons
        ? parts.slice(1).filter((_, part) => part !== 1 || parts.length < 6)
        : groups.slice(index + 1, index + 5).map(Number),
    );
    if (!colons) index += used;
    if (colour === undefined || code === 58) continue;
    style = code === 38 ? { ...style, foreground: colour } : { ...style, background: colour };
  }
  return sameStyle(style, plainStyle) ? plainStyle : sameStyle(style, before) ? before : style;
}

function styleWith(code: number, style: TextStyle): TextStyle {
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 82 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  switch (code) {
    case 0:
      return plainStyle;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
    case 21:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 27:
      return { ...style, inverse: false };
    case 39:
      return { ...style, foreground: null };
    case 49:
      return { ...style, background: null };
    default:
      return style;
  }
}

/** The colour that the codes after 38, 48 or 58 begin with, and how many codes it uses. No colour where they are malformed. */
function extendedColour(codes: readonly number[]): { colour: Colour | undefined; used: number } {
  const [mode, first, second, third] = codes;
  if (mode === 5) return { colour: paletteColour(first), used: 2 };
  if (mode !== 2) return { colour: undefined, used: 0 };
  const valid = isByte(first) && isByte(second) && isByte(third);
  return { colour: valid ? [first, second, third] : undefined, used: 4 };
}

/** One of 256 colours: the 16 named ones, a cube of 6×6×6, and 24 greys. */
function paletteColour(index: number | undefined): Colour | undefined {
  if (!isByte(index)) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function isByte(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** Whether two styles are equal. */
export function sameStyle(one: TextStyle, other: TextStyle): boolean {
  return (
    one === other ||
    (sameColour(one.foreground, other.foreground) &&
      sameColour(one.background, other.background) &&
      one.bold === other.bold &&
      one.dim === other.dim &&
      one.italic === other.italic &&
      one.underline === other.underline &&
      one.inverse === other.inverse)
  );
}

function sameColour(one: Colour | null, other: Colour | null): boolean {
  if (typeof one === 'object' && one !== null && typeof other === 'object' && other !== null) {
    return one.every((part, index) => part === other[index]);
  }
  return one === other;
}

/** The shortest SGR sequence that sets a style from a reset terminal, without the reset: `''` for the plain style. */
export function sgrOf(style: TextStyle): string {
  if (style === plainStyle) return '';
  const codes: string[] = [];
  if (style.bold) codes.push('1');
  if (style.dim) codes.push('2');
  if (style.italic) codes.push('3');
  if (style.underline) codes.push('4');
  if (style.inverse) codes.push('7');
  if (style.foreground !== null) codes.push(colourCodes(style.foreground, 30, 90, '38'));
  if (style.background !== null) codes.push(colourCodes(style.background, 40, 100, '48'));
  return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`;
}

function colourCodes(colour: Colour, normal: number, bright: number, extended: string): string {
  if (typeof colour !== 'number') return `${extended};2;${colour.join(';')}`;
  return String(colour < 8 ? normal + colour : bright + colour - 8);
}
