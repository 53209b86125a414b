// Owns how a simulated command ends early, as the exceptions of Python do for scap.

/** Ends the command, as `SystemExit` does: a text goes to standard error and means status 1. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly status: number;

  constructor(status: number, message = '') {
    super(message);
    this.status = status;
  }
}

/** SIGINT arrived, as `KeyboardInterrupt`. Status 130, unless the command handles it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Something failed that scap does not handle: it logs the name of the Python exception and ends with status 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exception: string;

  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}
