// Owns the GraphQL document for searching a log. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

/** Searches from the first line to the last, and continues with new lines. Ending the subscription cancels the search. */
export const JobLogSearchSubscription = graphql(`
  subscription JobLogSearch($jobId: ID!, $search: LogSearchInput!) {
    jobLogSearch(jobId: $jobId, search: $search) {
      lineNumbers
      count
      cursor
      complete
    }
  }
`);
