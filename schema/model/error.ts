// Owns the base class of domain errors: what a user can cause. Each noun defines its own errors; GraphQL shows them as union members.

/** An error that a user caused. `message` can be shown to users: it says what was wrong and what to do. */
export abstract class DomainError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
