// Every kind that Redtrail answers: where its list is, and the schema of the platform's client for an item of it.

export const KINDS = [
  { kind: 'api_request', list: 'external-api-logs', schema: 'ExternalApiLogApiResponse' },
  { kind: 'external_webhook', list: 'incoming-webhooks', schema: 'IncomingWebhookApiResponse' },
  { kind: 'external_event_pull', list: 'external-event-pulls', schema: 'ExternalEventPullApiResponse' },
  { kind: 'external_event', list: 'external-event-log-records', schema: 'ExternalEventLogRecordApiResponse' },
  { kind: 'internal_event', list: 'app-events', schema: 'AppEventLogRecordApiResponse' },
  { kind: 'flow_run', list: 'flow-runs', schema: 'FlowRunApiResponse' },
  // Its list is below a flow run.
  { kind: 'node_run', schema: 'FlowNodeRunRecordWithoutOutputsDataSchema' },
  { kind: 'action_run', list: 'action-run-logs', schema: 'ActionRunLogRecordApiResponse' },
  { kind: 'customer', list: 'customers', schema: 'CustomerApiResponse' },
  { kind: 'integration', list: 'integrations', schema: 'IntegrationApiResponse' },
  { kind: 'connection', list: 'connections', schema: 'ConnectionApiResponse' },
  { kind: 'flow', list: 'flows', schema: 'FlowApiResponse' },
  { kind: 'flow_instance', list: 'flow-instances', schema: 'FlowInstanceApiResponse' },
  {
    kind: 'external_event_subscription',
    list: 'external-event-subscriptions',
    schema: 'ExternalEventSubscriptionApiResponse',
  },
  { kind: 'internal_event_type', list: 'app-event-types', schema: 'AppEventTypeApiResponse' },
  { kind: 'internal_event_subscription', list: 'app-event-subscriptions', schema: 'AppEventSubscriptionApiResponse' },
];

export const NODE_RUN = KINDS.find(({ kind }) => kind === 'node_run');
