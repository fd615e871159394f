// Reads every kind from a running server with both clients of the reference platform, to the end of every list and
// every record, and parses each answer with the schemas that `@membranehq/sdk` exports.
//
//   node read.mjs < wanted.json
//
// `wanted`: {url, token, lists: {kind: [ids]}, run, node, outputs: [ids], output, filters: [{kind, query, found: [ids]}]},
// all ids in the order of their list.

import { text } from 'node:stream/consumers';
import * as sdk from '@membranehq/sdk';
import { KINDS, NODE_RUN } from './kinds.mjs';
import { Refusals, clients } from './client.mjs';

const wanted = JSON.parse(await text(process.stdin));
const refusals = new Refusals();
const LIMITS = [1, 7, 1000];
const ids = (items) => items.map(({ id }) => id);

/** Everything a list holds, page by page. */
async function walk(page, limit, what) {
  const all = [];
  let cursor;
  do {
    const answer = await page(cursor);
    if (answer.items.length > limit) refusals.add(`${what}: a page of ${answer.items.length} items`);
    all.push(...answer.items);
    cursor = answer.cursor;
  } while (cursor !== undefined);
  return all;
}

async function readKind(client, { kind, list, schema }, who) {
  for (const limit of LIMITS) {
    const what = `${who} ${kind} ${list} limit ${limit}`;
    const page = (cursor) => client.get(list, { limit, ...(cursor && { cursor }) });
    const items = await refusals.ask(what, () => walk(page, limit, what));
    if (!items) continue;
    refusals.equal(ids(items), wanted.lists[kind], what);
    for (const item of items) refusals.hold(sdk[schema], item, `${what} ${item.id}`);
  }
  for (const id of wanted.lists[kind]) {
    const path = `${list}/${encodeURIComponent(id)}`;
    const whole = await refusals.ask(`${who} ${kind} ${path}`, () => client.get(path));
    if (whole) refusals.hold(sdk[schema], whole, `${who} ${kind} ${path}`);
  }
}

/** Parts of a record that have paths of their own. */
const PARTS = {
  api_request: ['details', 'logs'],
  external_webhook: ['details', 'logs'],
  external_event: ['details', 'logs'],
  internal_event: ['details', 'logs'],
  action_run: ['details', 'logs'],
  external_event_pull: ['logs', 'telemetry'],
  flow_run: ['logs', 'output'],
};
const PART_IS = {
  details: (part, id) => part.id === id,
  logs: Array.isArray,
  telemetry: (part) => typeof part.strategy === 'string' && typeof part.emittedEventCount === 'number',
  output: (part) => part !== undefined,
};

async function readParts(client, { kind, list }, who) {
  for (const id of wanted.lists[kind]) {
    for (const part of PARTS[kind]) {
      const path = `${list}/${encodeURIComponent(id)}/${part}`;
      const answer = await refusals.ask(`${who} ${kind} ${path}`, () => client.get(path));
      if (answer !== undefined) refusals.equal(PART_IS[part](answer, id), true, `${who} ${kind} ${path}`);
    }
  }
}

/** Node runs and outputs, by the client's own accessor and its own form of paging. */
async function readRun(client, who) {
  const { run, node } = wanted;
  const runs = client.flowRun(run);
  const schema = sdk[NODE_RUN.schema];
  refusals.hold(sdk.FlowRunApiResponse, await refusals.ask(`${who} flow_run ${run}`, () => runs.get()), `${who} ${run}`);

  for (const limit of LIMITS) {
    const what = `${who} node_run ${run}/${node} limit ${limit}`;
    const path = `flow-runs/${run}/nodes/${node}/runs`;
    const page = (cursor) => client.get(path, { limit, ...(cursor && { cursor }) });
    const items = await refusals.ask(what, () => walk(page, limit, what));
    refusals.equal(ids(items ?? []), wanted.lists.node_run, what);
    for (const item of items ?? []) refusals.hold(schema, item, `${what} ${item.id}`);
  }
  // The accessor knows no limit, and sends the cursor as a segment of the path.
  let pages = 0;
  const paged = (cursor) => {
    pages += 1;
    return runs.getNodeRuns(node, cursor && { cursor });
  };
  const unlimited = await refusals.ask(`${who} getNodeRuns`, () => walk(paged, 100, `${who} getNodeRuns`));
  refusals.equal(ids(unlimited ?? []), wanted.lists.node_run, `${who} getNodeRuns`);
  if (pages < 2) refusals.add(`${who} getNodeRuns: it took one page only`);
  for (const id of wanted.lists.node_run) {
    const one = await refusals.ask(`${who} node_run ${id}`, () => runs.getNodeRun(node, id));
    if (one) refusals.hold(schema, one, `${who} node_run ${id}`);
  }

  for (const limit of LIMITS) {
    const what = `${who} outputs ${run}/${node} limit ${limit}`;
    const page = (cursor) => runs.getNodeOutputs(node, { limit, ...(cursor && { cursor }) });
    const outputs = await refusals.ask(what, () => walk(page, limit, what));
    refusals.equal(ids(outputs ?? []), wanted.outputs, what);
    for (const output of outputs ?? []) refusals.hold(sdk.FlowNodeRunOutputMetadataSchema, output, `${what} ${output.id}`);
  }
  for (const id of wanted.outputs) {
    const output = await refusals.ask(`${who} output ${id}`, () => runs.getNodeOutput(node, id));
    if (output) refusals.hold(sdk.FlowNodeRunOutputMetadataSchema, output, `${who} output ${id}`);
  }
  const output = await refusals.ask(`${who} output of ${run}`, () => runs.getOutput());
  refusals.equal(output, wanted.output, `${who} output of ${run}`);
}

/** The client's accessors: a list, one by its id, and one by a selector. */
const ACCESSORS = {
  customer: ['customers', 'customer'],
  integration: ['integrations', 'integration'],
  connection: ['connections', 'connection'],
  flow: ['flows', 'flow'],
  flow_instance: ['flowInstances', 'flowInstance'],
  external_event_subscription: ['externalEventSubscriptions', 'externalEventSubscription'],
  internal_event_type: ['appEventTypes', 'appEventType'],
  internal_event_subscription: ['appEventSubscriptions', 'appEventSubscription'],
  flow_run: ['flowRuns', 'flowRun'],
};

/** Selectors that the clients send as a query to the singular path. */
const BY_SELECTOR = ['flow_instance', 'internal_event_subscription', 'customer', 'flow'];

async function readByAccessor(client, { kind, schema }, who) {
  const [many, one] = ACCESSORS[kind];
  const [all, id] = [wanted.lists[kind], wanted.lists[kind][0]];
  // A client has what it has: both do not offer the same.
  const lister = typeof client[many] === 'function' ? client[many]() : client[many];
  if (lister) {
    const found = await refusals.ask(`${who} ${many}.find`, () => lister.find({ limit: 7 }));
    refusals.equal(ids(found?.items ?? []), all.slice(0, 7), `${who} ${many}.find`);
    if (lister.findAll) {
      const every = await refusals.ask(`${who} ${many}.findAll`, () => lister.findAll());
      refusals.equal(ids(every ?? []), all, `${who} ${many}.findAll`);
    }
  }
  const selectors = BY_SELECTOR.includes(kind) ? [id, { id }] : [id];
  for (const selector of client[one] ? selectors : []) {
    const what = `${who} ${one}(${JSON.stringify(selector)})`;
    const found = await refusals.ask(what, () => client[one](selector).get());
    if (found) refusals.hold(sdk[schema], found, what);
    refusals.equal(found?.id, id, what);
  }
}

/** Each filter that the clients offer, with a value that finds some. */
async function readFiltered(client, who) {
  for (const { kind, query, found } of wanted.filters) {
    const { list, schema } = KINDS.find((of) => of.kind === kind);
    const what = `${who} ${kind} ${JSON.stringify(query)}`;
    const page = (cursor) => client.get(list, { limit: 7, ...query, ...(cursor && { cursor }) });
    const items = await refusals.ask(what, () => walk(page, 7, what));
    refusals.equal(ids(items ?? []), found, what);
    for (const item of items ?? []) refusals.hold(sdk[schema], item, `${what} ${item.id}`);
  }
}

async function readAll([who, client]) {
  const self = await refusals.ask(`${who} self`, () => client.self.get());
  refusals.hold(sdk.TenantSelfResponse, self, `${who} self`);
  for (const kind of KINDS.filter(({ list }) => list)) {
    await readKind(client, kind, who);
    if (PARTS[kind.kind]) await readParts(client, kind, who);
    if (ACCESSORS[kind.kind]) await readByAccessor(client, kind, who);
  }
  await readRun(client, who);
  await readFiltered(client, who);
}

await Promise.all(clients(wanted.url, wanted.token).map(readAll));
refusals.finish();
