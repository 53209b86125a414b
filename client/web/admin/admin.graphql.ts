// Owns the documents of the administration page: holds, people, tokens, the audit log.
import { graphql } from '../../generated/gql.ts';

export const HoldDeploymentsMutation = graphql(`
  mutation HoldDeployments($input: HoldDeploymentsInput!) {
    holdDeployments(input: $input) {
      __typename
      ... on HoldNotAccepted { message }
      ... on DeploymentsHeld { message }
    }
  }
`);

export const ReleaseDeploymentsMutation = graphql(`
  mutation ReleaseDeployments($input: ReleaseDeploymentsInput!) {
    releaseDeployments(input: $input) {
      __typename
      ... on DeploymentsNotHeld { message }
    }
  }
`);

export const PersonFields = graphql(`
  fragment Person on Person {
    user { id name }
    role
    groups
    providerSubject
    ban { reason by { name } since }
    openSessions
    lastSeenAt
  }
`);

export const PeopleQuery = graphql(`
  query People($first: Int!, $after: String, $text: String) {
    people(first: $first, after: $after, text: $text) {
      nodes { ...Person }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const BanUserMutation = graphql(`
  mutation BanUser($input: BanUserInput!) {
    banUser(input: $input) {
      __typename
      ... on UserNotFound { message }
      ... on BanNotAccepted { message }
    }
  }
`);

export const UnbanUserMutation = graphql(`
  mutation UnbanUser($userId: ID!) {
    unbanUser(userId: $userId) {
      __typename
      ... on UserNotFound { message }
    }
  }
`);

export const RebindUserMutation = graphql(`
  mutation RebindUser($userId: ID!) {
    rebindUser(userId: $userId) {
      __typename
      ... on UserNotFound { message }
      ... on RebindNotAccepted { message }
    }
  }
`);

export const EndSessionsOfMutation = graphql(`
  mutation EndSessionsOf($userId: ID!) {
    endSessionsOf(userId: $userId) {
      __typename
      ... on UserNotFound { message }
    }
  }
`);

export const EndSessionsOfEveryoneMutation = graphql(`
  mutation EndSessionsOfEveryone($input: EndSessionsOfEveryoneInput!) {
    endSessionsOfEveryone(input: $input) { ended }
  }
`);

export const IssuedTokenFields = graphql(`
  fragment IssuedToken on IssuedToken {
    id
    name
    user { id name }
    canDeploy
    createdAt
    expiresAt
    lastUsedAt
  }
`);

export const TokensQuery = graphql(`
  query Tokens($first: Int!, $after: String) {
    tokens(first: $first, after: $after) {
      nodes { ...IssuedToken }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const RevokeTokenOfMutation = graphql(`
  mutation RevokeTokenOf($tokenId: ID!) {
    revokeTokenOf(tokenId: $tokenId) {
      __typename
      ... on UnknownToken { message }
    }
  }
`);

export const DeprecatedUseFields = graphql(`
  fragment DeprecatedUse on OperationUse {
    client
    version
    operation
    lastUsedAt
    token { id name user { name } }
    parts { coordinate deprecation }
  }
`);

export const DeprecatedUsesQuery = graphql(`
  query DeprecatedUses($first: Int!, $after: String) {
    operationUses(first: $first, after: $after, deprecatedOnly: true) {
      nodes { ...DeprecatedUse }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const AuditLogQuery = graphql(`
  query AuditLog($first: Int!, $after: String, $filter: AuditFilter) {
    auditLog(first: $first, after: $after, filter: $filter) {
      nodes { id at user { name } action jobId detail channel address }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);
