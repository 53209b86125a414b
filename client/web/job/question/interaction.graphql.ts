// Owns the GraphQL documents about interactions: scap's questions and their answers. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

export const Question = graphql(`
  fragment Question on Interaction {
    id
    kind
    key
    prompt
    choices { label code }
    default
    askedAt
    answer
    answeredBy { id name }
    answeredAt
    delivery
    lineNumber
    claimedBy { id name }
    claimedUntil
  }
`);

export const AnswerInteractionMutation = graphql(`
  mutation AnswerInteraction($input: AnswerInteractionInput!) {
    answerInteraction(input: $input) {
      __typename
      ... on AnswerInteractionSuccess { interaction { id answer } }
      ... on InteractionAlreadyAnswered { message interaction { ...Question } }
      ... on InteractionGone { message }
      ... on AnswerNotAccepted { message }
    }
  }
`);

export const ClaimInteractionMutation = graphql(`
  mutation ClaimInteraction($input: ClaimInteractionInput!) {
    claimInteraction(input: $input) {
      __typename
      ... on ClaimInteractionSuccess { interaction { id } }
      ... on InteractionAlreadyAnswered { message }
      ... on InteractionGone { message }
    }
  }
`);
