// Prints which members the schemas of the platform's client know per kind, which of them they demand and what these
// may hold. Members that are only there for the platform's own joins are objects like any other.
//
//   node required-fields.mjs > required-fields.json

import * as sdk from '@membranehq/sdk';
import { KINDS } from './kinds.mjs';

/** What a schema holds below the wrappers that make it optional, nullable or lazy. */
function inner(schema) {
  const { innerType, getter } = schema._zod.def;
  if (innerType) return inner(innerType);
  return getter ? inner(getter()) : schema;
}

function field(schema) {
  const { type, entries } = inner(schema)._zod.def;
  const values = entries && Object.values(entries).sort();
  return { required: !schema.isOptional(), type, ...(values && { values }) };
}

/** One member a line, so that a change reads well. */
function lines(object, write) {
  const all = Object.keys(object).sort();
  return all.map((name) => `${JSON.stringify(name)}: ${write(object[name])}`);
}

const table = {};
for (const { kind, schema } of KINDS) {
  table[kind] = Object.fromEntries(Object.entries(sdk[schema].shape).map(([name, of]) => [name, field(of)]));
}
const kinds = lines(table, (fields) => `{\n    ${lines(fields, JSON.stringify).join(',\n    ')}\n  }`);
process.stdout.write(`{\n  ${kinds.join(',\n  ')}\n}\n`);
