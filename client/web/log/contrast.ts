// Owns what makes a colour readable: contrast as WCAG 2 measures it, and the nearest colour that has enough. Pure. Owns no theme.

/** Red, green and blue, each 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The contrast of text that everybody can read (WCAG 2, AA). */
export const enough = 4.5;

/** From 0 (black) to 1 (white), as the eye has it. */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** From 1 (none) to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The colour itself where it can be read on the background, else as much darker or lighter as it takes; its hue stays. */
export function readableOn(colour: Rgb, background: Rgb): Rgb {
  if (contrast(colour, background) >= enough) return colour;
  const end: Rgb = luminance(background) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  const mixed = (share: number): Rgb => {
    const part = (index: 0 | 1 | 2): number =>
      Math.round(colour[index] + (end[index] - colour[index]) * share);
    return [part(0), part(1), part(2)];
  };
  let [from, to] = [0, 1];
  for (let step = 0; step < 8; step++) {
    const middle = (from + to) / 2;
    if (contrast(mixed(middle), background) >= enough) to = middle;
    else from = middle;
  }
  return mixed(to);
}

/** Black or white, whichever can be read on the background; one of them always can. */
export function writingOn(background: Rgb): Rgb {
  const [black, white]: [Rgb, Rgb] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  return contrast(black, background) >= contrast(white, background) ? black : white;
}
