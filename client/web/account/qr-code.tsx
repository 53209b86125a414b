// Owns how a text is drawn as a QR code: one path of dark modules, always on white, since cameras want it so. Owns no text.
import { encode } from 'uqr';

/** @param label what it is, for who does not see it */
export function QrCode({ words, label }: { words: string; label: string }) {
  // The quiet zone of four modules is part of the standard.
  const { data, size } = encode(words, { ecc: 'M', border: 4 });
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect class="qr-code__light" width={size} height={size} />
      <path class="qr-code__dark" d={pathOf(data)} />
    </svg>
  );
}

/** The dark modules, those side by side as one piece. Pure. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  const pieces: string[] = [];
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      pieces.push(`M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`);
    }
  });
  return pieces.join('');
}
