// Owns the drawing of a QR code: one path of dark modules, always on white, because cameras need that.
import { encode } from 'uqr';
import './qr-code.css';

/** @param label the accessible name */
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

/** The path of the dark modules; adjacent modules of a row are one piece. Pure. */
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
