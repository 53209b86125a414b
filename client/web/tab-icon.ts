// Owns the icon of the tab with what it says about a job: how far it is, or that it has ended. Its code is loaded when there is something to say. Owns no choice (tab-title.tsx).
import favicon from './favicon.svg';

/** A percentage, or how a job has ended. */
export type IconMark = number | 'good' | 'bad';

/** The whole drawing is 32 by 32. */
const radius = 14;
const length = 2 * Math.PI * radius;
const badges = {
  good: { colour: '#177860', path: 'm20.500 24.200 2.400 2.400 4.600-5' },
  bad: { colour: '#bf3c2c', path: 'm21 21 6 6m0-6-6 6' },
} as const;

/** The shapes of a mark, to be drawn over the icon. Pure. */
export function shapesOf(mark: IconMark): string {
  if (typeof mark === 'number') {
    const filled = (Math.min(100, Math.max(0, mark)) / 100) * length;
    const ring = `cx="16" cy="16" r="${radius}" fill="none" stroke-width="4"`;
    return `<circle ${ring} stroke="#c8ccd1"/><circle ${ring} stroke="#36c" stroke-dasharray="${filled.toFixed(1)} ${length.toFixed(1)}" transform="rotate(-90 16 16)"/>`;
  }
  const { colour, path } = badges[mark];
  return `<circle cx="24" cy="24" r="8" fill="${colour}"/><path d="${path}" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/>`;
}

let drawing: Promise<string> | null = null;

async function fetchDrawing(): Promise<string> {
  const response = await fetch(favicon);
  if (!response.ok) throw new Error(`The icon could not be loaded: ${response.status}.`);
  return await response.text();
}

/** The address of the icon with a mark. Rejects if the icon cannot be loaded. */
export async function iconWith(mark: IconMark): Promise<string> {
  drawing ??= fetchDrawing().catch((error: unknown) => {
    // The next mark tries again.
    drawing = null;
    throw error;
  });
  const svg = (await drawing).replace('</svg>', `${shapesOf(mark)}</svg>`);
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
