// Owns waiting for another task of the browser. Not what is done in which task.

/** Resolves in another task: until then the browser can paint and react to the user. */
export function nextTask(): Promise<void> {
  // Safari has no such function.
  if (typeof scheduler !== 'undefined' && 'yield' in scheduler) return scheduler.yield();
  return new Promise((resolve) => setTimeout(resolve));
}
