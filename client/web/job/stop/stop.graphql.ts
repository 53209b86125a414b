// Owns the GraphQL document that stops a job. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

export const StopJobMutation = graphql(`
  mutation StopJob($input: StopJobInput!) {
    stopJob(input: $input) {
      __typename
      ... on StopJobSuccess { job { id state } }
      ... on JobAlreadyEnded { message }
      ... on JobNotFound { message }
    }
  }
`);
