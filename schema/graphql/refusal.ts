// Owns the GraphQL errors that a client can cause outside of result unions, with their codes. Not the access rules (builder.ts).
import { GraphQLError } from 'graphql';

/** The requested object does not exist. */
export const notFound = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });

/** An argument is malformed or out of range. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** The role of the viewer is not sufficient. */
export const forbidden = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });

/** Checks the range of a whole number. Throws BAD_USER_INPUT with the name of the argument. */
export function inRange(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw badInput(`“${name}” must be a whole number from ${min} to ${max}, not ${value}.`);
}

/** A text of at most `max` characters, without what PostgreSQL cannot store. Throws BAD_USER_INPUT with the name of the argument. */
export function checkedText(name: string, text: string, max = 200): string {
  if (text.length > max) throw badInput(`“${name}” must have at most ${max} characters.`);
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
