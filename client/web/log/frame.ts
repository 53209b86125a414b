// Owns when the page draws what comes faster than it can be drawn. Owns no drawing.

/** The browser's part in it; tests bring their own. */
export interface FrameOptions {
  readonly requestFrame: (callback: () => void) => void;
  readonly wait: (callback: () => void, milliseconds: number) => void;
  /** Milliseconds, going up steadily. */
  readonly now: () => number;
}

/** Drawing that took longer than this, in milliseconds, was felt: two frames at 60 Hz. */
const felt = 34;

/**
 * Draws at the next frame; after a drawing that was felt, only once as much time again has been left to the reader's
 * clicks and keys. A flood of lines then costs half of the browser, and not all of it. What is `last` does not wait: nothing comes after it.
 */
export function pacedFrames({
  requestFrame,
  wait,
  now,
}: FrameOptions): (draw: () => void, last?: boolean) => void {
  let free = 0;
  return (draw, last = false) => {
    const paint = (): void =>
      requestFrame(() => {
        const from = now();
        draw();
        // What was set in motion is laid out and painted before the frame after this one.
        requestFrame(() => {
          const cost = now() - from;
          free = cost > felt ? now() + cost : 0;
        });
      });
    const pause = free - now();
    if (pause > 0 && !last) wait(paint, pause);
    else paint();
  };
}
