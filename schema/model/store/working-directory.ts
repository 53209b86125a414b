// Owns what happens when the working directory of this process is removed while it runs, for example with the release that it was started in.

/**
 * Goes to the root directory if the working directory was removed: no process and no thread can be started there. To be called before one is started.
 */
export function leaveRemovedDirectory(): void {
  try {
    // Node remembers the name of the working directory until it changes.
    process.chdir('.');
    process.cwd();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') process.chdir('/');
  }
}
