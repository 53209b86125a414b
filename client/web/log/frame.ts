// Owns when the page is drawn while data arrives faster than it can be drawn. Owns no drawing.

/** Functions of the browser. */
export interface FrameOptions {
  readonly requestFrame: (callback: () => void) => void;
  readonly wait: (callback: () => void, milliseconds: number) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** A draw that takes longer than this, in milliseconds, delays input noticeably: two frames at 60 Hz. */
const slow = 34;

/**
 * Returns a function that calls `draw` at the next frame. After a slow draw it first waits as long as that draw took, which leaves half of the main
 * thread to clicks and keys during a flood of lines. The `last` draw does not wait.
 */
export function pacedFrames({
  requestFrame,
  wait,
  now,
}: FrameOptions): (draw: () => void, last?: boolean) => void {
  let nextDrawAt = 0;
  return (draw, last = false) => {
    const paint = (): void =>
      requestFrame(() => {
        const start = now();
        draw();
        // The next frame comes after layout and paint of this one.
        requestFrame(() => {
          const cost = now() - start;
          nextDrawAt = cost > slow ? now() + cost : 0;
        });
      });
    const pause = nextDrawAt - now();
    if (pause > 0 && !last) wait(paint, pause);
    else paint();
  };
}
