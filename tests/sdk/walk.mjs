// Walks every list a part of the way, or on from where an earlier walk stopped: cursors outlive a restart.
//
//   node walk.mjs < {url, token, lists: {kind: [ids]}, run, node, begun?: {kind: {seen, cursor}}}
//
// Prints where it stopped, as `begun` of the next.

import { text } from 'node:stream/consumers';
import { KINDS } from './kinds.mjs';
import { Refusals, clients } from './client.mjs';

const LIMIT = 7;
const { url, token, lists, run, node, begun } = JSON.parse(await text(process.stdin));
const [[who, client]] = clients(url, token);
const refusals = new Refusals();

const page = (kind, list, cursor) => {
  const path = kind === 'node_run' ? `flow-runs/${run}/nodes/${node}/runs` : list;
  return client.get(path, { limit: LIMIT, ...(cursor && { cursor }) });
};

/** Whether a cursor of one list is refused in another question. */
async function isRefused(list, query) {
  try {
    await client.get(list, query);
    return false;
  } catch (error) {
    return error.data?.key ?? error.key ?? error.message;
  }
}

const stopped = {};
for (const { kind, list } of KINDS) {
  const what = `${who} ${kind}`;
  if (!begun) {
    const first = await refusals.ask(what, () => page(kind, list));
    stopped[kind] = { seen: (first?.items ?? []).map(({ id }) => id), cursor: first?.cursor };
    if (!first?.cursor) refusals.add(`${what}: no second page`);
    continue;
  }
  let { seen, cursor } = begun[kind];
  if (list) {
    for (const other of [{ integrationId: 'another' }, { customerId: 'another' }]) {
      // Lists of workspace-wide things know no such filter and ignore it: the question is the same then.
      if (['customer', 'integration', 'internal_event_type'].includes(kind)) continue;
      if (kind === 'flow' && other.customerId) continue;
      const refused = await isRefused(list, { limit: LIMIT, cursor, ...other });
      if (refused !== 'invalid_cursor') refusals.add(`${what}: ${JSON.stringify(other)} with its cursor: ${refused}`);
    }
  }
  while (cursor) {
    const next = await refusals.ask(what, () => page(kind, list, cursor));
    seen = seen.concat((next?.items ?? []).map(({ id }) => id));
    cursor = next?.cursor;
  }
  refusals.equal(seen, lists[kind], `${what} after the restart`);
}
if (begun) refusals.finish();
else {
  console.log(JSON.stringify(stopped));
  if (Object.values(stopped).some(({ cursor }) => !cursor)) refusals.finish();
}
