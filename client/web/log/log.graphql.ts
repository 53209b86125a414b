// Owns the GraphQL documents for the lines of a log. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

/** The length of the log. After a long pause it decides where the subscription continues. */
export const LogLengthQuery = graphql(`
  query LogLength($jobId: ID!) {
    job(id: $jobId) { id logLineCount }
  }
`);

export const LogPart = graphql(`
  fragment LogPart on JobLogBatch {
    lines { number at kind text sensitive continues }
    partial { at text }
    cursor
    complete
  }
`);

/** Lines after the cursor, existing and new ones. If more than `latest` are available at the same time, only the newest. */
export const JobLogSubscription = graphql(`
  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {
    jobLog(jobId: $jobId, after: $after, latest: $latest) { ...LogPart }
  }
`);

/** A range of lines, for scrolling back and for copies. */
export const LogRangeQuery = graphql(`
  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {
    job(id: $jobId) {
      id
      log(after: $after, first: $first) { ...LogPart }
    }
  }
`);

/** Returns the texts of sensitive lines. The server records it in the audit log. */
export const RevealLinesMutation = graphql(`
  mutation RevealLines($input: RevealLinesInput!) {
    revealLines(input: $input) {
      __typename
      ... on RevealLinesSuccess { lines { number text } }
      ... on JobNotFound { message }
    }
  }
`);
