// Owns the figures of the reference system, a comparable web front, measured on a machine of this kind before this project began.
// They are constants: comparing with them makes sense only on a similar machine (two cores, ext4).

/** Median and p99, or a remark. */
export const reference = {
  pickup: '1038 / 2007 ms',
  line: '500 / 993 ms',
  prompt: '466 / 1003 ms',
  answer: '496 / 1009 ms',
  flood: '9.75 s',
  floodMemory: '239 MB',
  watchers: { 50: '500 / 1,000 ms', 200: '31 / 65 s', 500: '86 / 186 s' },
} as const;
