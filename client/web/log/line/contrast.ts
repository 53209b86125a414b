// Owns readable colours: contrast as WCAG 2 defines it, and the closest colour with enough of it. Pure. Owns no theme.

/** Red, green and blue, each 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The minimum contrast of text (WCAG 2, level AA). */
export const minContrast = 4.5;

/** Relative luminance, from 0 (black) to 1 (white). */
function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast ratio, from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The colour, darkened or lightened as far as needed to be readable on the background. Its hue stays. */
export function readableOn(colour: Rgb, background: Rgb): Rgb {
  if (contrast(colour, background) >= minContrast) return colour;
  const end: Rgb = luminance(background) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  const mixed = (share: number): Rgb => {
    const part = (index: 0 | 1 | 2): number =>
      Math.round(colour[index] + (end[index] - colour[index]) * share);
    return [part(0), part(1), part(2)];
  };
  let [from, to] = [0, 1];
  for (let step = 0; step < 8; step++) {
    const middle = (from + to) / 2;
    if (contrast(mixed(middle), background) >= minContrast) to = middle;
    else from = middle;
  }
  return mixed(to);
}

/** Black or white, whichever has more contrast on the background. That is always enough. */
export function textColourOn(background: Rgb): Rgb {
  const [black, white]: [Rgb, Rgb] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  return contrast(black, background) >= contrast(white, background) ? black : white;
}
