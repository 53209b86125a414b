// Owns the figures we compare ourselves with: the system most like this one, measured on a machine like this before the first line was written.
// They are written down, not measured again: a ratio to them says something only where the machine is of the same kind (two cores, ext4).

/** Median and p99, or what there is to say. */
export const reference = {
  pickup: '1038 / 2007 ms',
  line: '500 / 993 ms',
  prompt: '466 / 1003 ms',
  answer: '496 / 1009 ms',
  flood: '9.75 s',
  floodMemory: '239 MB',
  watchers: { 50: '500 / 1,000 ms', 200: '31 / 65 s', 500: '86 / 186 s' },
} as const;
