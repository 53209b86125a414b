// Owns the GraphQL errors that a caller can cause outside of result unions, with their codes. Owns no rule of who may what.
import { GraphQLError } from 'graphql';

/** What was named does not exist. */
export const notFound = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });

/** An argument is malformed or out of its range. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** The caller's role does not include this. */
export const forbidden = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });

/** Checks a whole number against its range. Throws BAD_USER_INPUT, naming the argument. */
export function inRange(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw badInput(`“${name}” must be a whole number from ${min} to ${max}, not ${value}.`);
}

/** Text that is looked for: not longer than anything it could be in, and as both databases can hold it. Throws BAD_USER_INPUT, naming the argument. */
export function checkedText(name: string, text: string): string {
  if (text.length > 200) throw badInput(`“${name}” must have at most 200 characters.`);
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
