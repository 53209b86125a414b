// Owns the GraphQL documents that start a job again or revert it. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

export const RetryJobMutation = graphql(`
  mutation RetryJob($input: RetryJobInput!) {
    retryJob(input: $input) {
      __typename
      ... on RetryJobSuccess { job { id } }
      ... on JobNotFound { message }
      ... on JobNotEnded { message }
      ... on JobNotRetryable { message }
      ... on InvalidChanges { message problems { message } }
      ... on DeploymentsHeld { message }
    }
  }
`);

export const RevertJobMutation = graphql(`
  mutation RevertJob($input: RevertJobInput!) {
    revertJob(input: $input) {
      __typename
      ... on RevertJobSuccess { job { id } }
      ... on JobNotFound { message }
      ... on JobNotEnded { message }
      ... on InvalidChanges { message problems { message } }
      ... on UnknownLane { message }
      ... on GerritUnavailable { message }
      ... on DeploymentsHeld { message }
    }
  }
`);
