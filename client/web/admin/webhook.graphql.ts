// Owns the documents of webhooks and their deliveries.
import { graphql } from '../../generated/gql.ts';

export const WebhookFields = graphql(`
  fragment Webhook on Webhook {
    id
    name
    url
    events
    format
    template
    enabled
    disabledReason
    failingSince
  }
`);

export const WebhooksQuery = graphql(`
  query Webhooks {
    webhooks { ...Webhook }
  }
`);

export const WebhookDeliveryFields = graphql(`
  fragment WebhookDelivery on WebhookDelivery {
    id
    event
    jobId
    state
    createdAt
    attempts
    nextAttemptAt
    duration
    status
    response
    problem
    replayOf
  }
`);

export const DeliveriesQuery = graphql(`
  query Deliveries($first: Int!, $after: String) {
    webhooks {
      id
      deliveries(first: $first, after: $after) {
        nodes { ...WebhookDelivery }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }
`);

export const CreateWebhookMutation = graphql(`
  mutation CreateWebhook($input: WebhookInput!) {
    createWebhook(input: $input) {
      __typename
      ... on CreateWebhookSuccess { made { secret } }
      ... on InvalidWebhook { message }
    }
  }
`);

export const UpdateWebhookMutation = graphql(`
  mutation UpdateWebhook($webhookId: ID!, $input: WebhookInput!) {
    updateWebhook(webhookId: $webhookId, input: $input) {
      __typename
      ... on InvalidWebhook { message }
      ... on WebhookNotFound { message }
    }
  }
`);

export const RenewWebhookSecretMutation = graphql(`
  mutation RenewWebhookSecret($webhookId: ID!) {
    renewWebhookSecret(webhookId: $webhookId) {
      __typename
      ... on RenewWebhookSecretSuccess { made { secret } }
      ... on WebhookNotFound { message }
    }
  }
`);

export const DeleteWebhookMutation = graphql(`
  mutation DeleteWebhook($webhookId: ID!) {
    deleteWebhook(webhookId: $webhookId) {
      __typename
      ... on WebhookNotFound { message }
    }
  }
`);

export const TestWebhookMutation = graphql(`
  mutation TestWebhook($webhookId: ID!) {
    testWebhook(webhookId: $webhookId) {
      __typename
      ... on WebhookNotFound { message }
      ... on WebhookDisabled { message }
    }
  }
`);

export const ReplayDeliveryMutation = graphql(`
  mutation ReplayDelivery($deliveryId: ID!) {
    replayDelivery(deliveryId: $deliveryId) {
      __typename
      ... on DeliveryNotFound { message }
      ... on WebhookDisabled { message }
    }
  }
`);
