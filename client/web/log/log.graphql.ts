// Owns the documents about a job's log. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

/** How long the log is, asked before the page decides where to begin. */
export const LogLengthQuery = graphql(`
  query LogLength($jobId: ID!) {
    job(id: $jobId) { id logLineCount }
  }
`);

export const LogPart = graphql(`
  fragment LogPart on JobLogBatch {
    lines { number at kind text sensitive }
    cursor
    complete
  }
`);

/** The one path by which lines come: those after the cursor that exist, then those that are written; of very many at once the newest. */
export const JobLogSubscription = graphql(`
  subscription JobLog($jobId: ID!, $after: Int!, $latest: Int!) {
    jobLog(jobId: $jobId, after: $after, latest: $latest) { ...LogPart }
  }
`);

/** A range of lines that the reader scrolled back to. */
export const LogRangeQuery = graphql(`
  query LogRange($jobId: ID!, $after: Int!, $first: Int!) {
    job(id: $jobId) {
      id
      log(after: $after, first: $first) { ...LogPart }
    }
  }
`);

/** Sensitive lines, shown once to the one who asks; the server records it. */
export const RevealLinesMutation = graphql(`
  mutation RevealLines($input: RevealLinesInput!) {
    revealLines(input: $input) {
      __typename
      ... on RevealLinesSuccess { lines { number text } }
      ... on JobNotFound { message }
    }
  }
`);
