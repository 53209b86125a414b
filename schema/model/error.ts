// Owns the base of all domain errors: what a user can cause. Each noun defines its own beside itself; GraphQL shows them as union members.

/** Something a user caused. `message` is fit to be shown: it says what was wrong and what to do. */
export abstract class DomainError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
