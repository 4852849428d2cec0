// The statement examined in a process of its own, and when that begins.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bind, implementation, verificationScp } from '@concord/network';
import { query } from '../archive/declaration.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import type { Configuration } from '../settings/settings.ts';
import { statementOf } from './describe-system.ts';
import { examineStatement } from './examination.ts';
import { momentOfRest } from './moment-of-rest.ts';
import { selfValidation } from './self-validation.ts';
import { statedBy } from './stated-behaviour.ts';

const answering = bind(query, {
  async *'C-FIND'() {
    yield { code: 0x0000 };
  },
});

const systemIn = (folder: string) => ({
  configuration: readConfiguration(['--data', folder, '--maximum-associations', '7'], {}),
  entities: ({ aeTitle, dicomPort: port }: Configuration) => [
    {
      settings: { aeTitle, name: 'Concord AE', services: [] },
      port,
      implementation,
      services: [verificationScp, answering],
    },
  ],
  ports: new Map<string, number>(),
});

describe('the statement is examined in a process of its own', () => {
  test('[CS-VAL-06] at start it says of the statement what the server itself says, and what associations are compared with', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-examination-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const system = systemIn(folder);
    const { stated, validation } = await examineStatement(system, new AbortController().signal);
    const statement = statementOf(system, 'as-configured');
    assert.deepEqual(stated, statedBy(statement));
    assert.equal(stated.entities.get('CONCORD')?.associations, 7);
    const { errors, warnings, open } = selfValidation(system, statement);
    assert.deepEqual(validation, { errors, warnings, open: open.length });
  });

  test('a process that fails, or whose server stops, is an error, not a wait', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-examination-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'conformance'));
    writeFileSync(join(folder, 'conformance', 'texts.json'), 'no JSON');
    await assert.rejects(examineStatement(systemIn(folder), new AbortController().signal), /ended with 1/);
    const stopping = new AbortController();
    const examined = examineStatement(systemIn(folder), stopping.signal);
    examined.catch(() => undefined);
    stopping.abort();
    await assert.rejects(examined, /abort/i);
    await assert.rejects(examineStatement(systemIn(folder), stopping.signal), /abort/i);
  });
});

describe('a moment of rest', () => {
  const soon = { first: 0, every: 1, looks: 3, share: 0.5, longest: 1000 };
  /** Meters whose time goes on by 10 with each look, of which `busy` are used by the first looks. */
  const metersOf = (busy: readonly number[]) => {
    let [looks, used] = [0, 0];
    return {
      looks: () => looks,
      used: () => used,
      now: () => {
        looks += 1;
        used += busy[looks] ?? 0;
        return looks * 10;
      },
    };
  };

  test('comes after so many quiet looks in a row, and in the end for a server that never rests', async () => {
    const quiet = metersOf([]);
    await momentOfRest(new AbortController().signal, soon, quiet);
    const unquiet = metersOf(Array.from({ length: 12 }, () => 100));
    await momentOfRest(new AbortController().signal, soon, unquiet);
    assert.ok(unquiet.looks() > quiet.looks(), `${unquiet.looks()} looks, ${quiet.looks()} where it is quiet`);
    const never = metersOf(Array.from({ length: 10_000 }, () => 100));
    await momentOfRest(new AbortController().signal, soon, never);
    assert.ok(never.looks() * 10 >= soon.longest);
  });

  test('never comes to a server that stops', async () => {
    const stopping = new AbortController();
    const rest = momentOfRest(stopping.signal, { ...soon, first: 60_000 });
    rest.catch(() => undefined);
    stopping.abort();
    await assert.rejects(rest, { name: 'AbortError' });
  });
});
