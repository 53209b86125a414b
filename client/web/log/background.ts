// Owns what lies behind log lines at its least favourable: colours of output are made readable on these. The style sheets own the rest.
import type { Rgb } from './contrast.ts';

/** At its darkest in the light theme. */
export const worstLight: Rgb = [234, 236, 240];
/** At its lightest in the dark theme. */
export const worstDark: Rgb = [39, 41, 45];
