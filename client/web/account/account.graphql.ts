// Owns the documents of the account page: sessions, tokens, authenticator.
import { graphql } from '../../generated/gql.ts';

export const AccountQuery = graphql(`
  query Account {
    viewer {
      user { id name }
      role
      groups
      secondFactorAt
      hasAuthenticator
      sessions { ...OwnSession }
      tokens { ...OwnToken }
      passkeys { ...OwnPasskey }
    }
  }
`);

export const OwnSessionFragment = graphql(`
  fragment OwnSession on Session {
    id way isCurrent address agent createdAt lastUsedAt secondFactorAt expiresAt
  }
`);

export const OwnTokenFragment = graphql(`
  fragment OwnToken on ApiToken {
    id name scope createdAt expiresAt lastUsedAt
  }
`);

export const OwnPasskeyFragment = graphql(`
  fragment OwnPasskey on Passkey {
    id name host createdAt lastUsedAt
  }
`);

export const RenamePasskeyMutation = graphql(`
  mutation RenamePasskey($input: RenamePasskeyInput!) {
    renamePasskey(input: $input) {
      __typename
      ... on RenamePasskeySuccess { passkeys { id } }
      ... on SecondFactorTooOld { message }
      ... on PasskeyNotFound { message }
      ... on InvalidPasskeyName { message }
    }
  }
`);

export const RemovePasskeyMutation = graphql(`
  mutation RemovePasskey($input: RemovePasskeyInput!) {
    removePasskey(input: $input) {
      __typename
      ... on RemovePasskeySuccess { passkeys { id } }
      ... on SecondFactorTooOld { message }
      ... on PasskeyNotFound { message }
    }
  }
`);

export const EndSessionMutation = graphql(`
  mutation EndSession($input: EndSessionInput!) {
    endSession(input: $input) {
      __typename
      ... on EndSessionSuccess { sessions { id } }
      ... on SessionNotFound { message }
    }
  }
`);

export const EndOtherSessionsMutation = graphql(`
  mutation EndOtherSessions {
    endOtherSessions {
      __typename
      ... on EndOtherSessionsSuccess { sessions { id } }
    }
  }
`);

export const MakeTokenMutation = graphql(`
  mutation MakeToken($input: MakeTokenInput!) {
    makeToken(input: $input) {
      __typename
      ... on MakeTokenSuccess { made { token details { id name } } }
      ... on TokenNotAllowed { message }
      ... on InvalidToken { message }
      ... on TooManyTokens { message }
    }
  }
`);

export const RevokeTokenMutation = graphql(`
  mutation RevokeToken($input: RevokeTokenInput!) {
    revokeToken(input: $input) {
      __typename
      ... on RevokeTokenSuccess { tokens { id } }
      ... on TokenNotFound { message }
    }
  }
`);

export const BeginAuthenticatorMutation = graphql(`
  mutation BeginAuthenticator {
    beginAuthenticator {
      __typename
      ... on BeginAuthenticatorSuccess { offered { secret url } }
      ... on SecondFactorTooOld { message }
      ... on AuthenticatorExists { message }
    }
  }
`);

export const ConfirmAuthenticatorMutation = graphql(`
  mutation ConfirmAuthenticator($input: ConfirmAuthenticatorInput!) {
    confirmAuthenticator(input: $input) {
      __typename
      ... on ConfirmAuthenticatorSuccess { viewer { hasAuthenticator } }
      ... on SecondFactorTooOld { message }
      ... on NoAuthenticator { message }
      ... on AuthenticatorExists { message }
      ... on AuthenticatorCodeWrong { message }
    }
  }
`);

export const RemoveAuthenticatorMutation = graphql(`
  mutation RemoveAuthenticator {
    removeAuthenticator {
      __typename
      ... on RemoveAuthenticatorSuccess { viewer { hasAuthenticator } }
      ... on SecondFactorTooOld { message }
      ... on NoAuthenticator { message }
    }
  }
`);
