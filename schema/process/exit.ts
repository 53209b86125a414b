// Owns that a process which has done its work ends, whatever still waits in it. Not when that is (start.ts).

/** How long a process that is told to end may take for it, in milliseconds. It holds nothing that would be lost. */
const endLimit = 8_000;

/** Ends this process by force, should it not have ended by itself by then: a connection that was cut can keep its closing waiting for ever. */
export function endInTime(): void {
  setTimeout(() => process.exit(), endLimit).unref();
}
