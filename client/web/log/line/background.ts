// Owns the backgrounds of log lines with the least contrast: colours of output are adjusted to be readable on them. The style sheets own the rest.
import type { Rgb } from './contrast.ts';

/** The darkest background in the light theme. */
export const worstLight: Rgb = [234, 236, 240];
/** The lightest background in the dark theme. */
export const worstDark: Rgb = [39, 41, 45];
