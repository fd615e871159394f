// The two clients of the reference platform, pointed at a server of ours.

import { MembraneClient } from '@membranehq/sdk';
import { IntegrationAppClient } from '@integration-app/sdk';

/** The older client takes tokens in the form of a JWT only, and says so before it asks: one like ours is handed over. */
class OlderClient extends IntegrationAppClient {
  async getToken() {
    return this.token;
  }
}

export const CLIENTS = { '@membranehq/sdk': MembraneClient, '@integration-app/sdk': OlderClient };

/** Both clients by the name of their package. */
export function clients(url, token) {
  const options = { apiUri: `${url}/api/v1`, token };
  return Object.entries(CLIENTS).map(([name, Client]) => [name, new Client(options)]);
}

/** What is wrong, as a line each; `finish` ends the process with them. */
export class Refusals {
  #lines = [];
  #held = 0;

  /** Holds an answer to a schema. */
  hold(schema, value, what) {
    this.#held += 1;
    const { success, error } = schema.safeParse(value);
    if (success) return;
    for (const { path, message } of error.issues) this.add(`${what} /${path.join('/')}: ${message}`);
  }

  equal(found, wanted, what) {
    this.#held += 1;
    const [left, right] = [found, wanted].map((value) => String(JSON.stringify(value)));
    if (left !== right) this.add(`${what}: found ${left.slice(0, 300)}, wanted ${right.slice(0, 300)}`);
  }

  add(line) {
    this.#lines.push(line);
  }

  /** Runs one question; its failure is a refusal, not the end. */
  async ask(what, question) {
    try {
      return await question();
    } catch (error) {
      this.add(`${what}: ${error.message}`);
      return undefined;
    }
  }

  finish() {
    const [most, all] = [40, this.#lines.length];
    for (const line of this.#lines.slice(0, most)) console.error(line);
    if (all > most) console.error(`and ${all - most} more`);
    console.log(`${this.#held} answers held`);
    process.exitCode = all > 0 || this.#held === 0 ? 1 : 0;
  }
}
