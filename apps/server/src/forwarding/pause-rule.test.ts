// A rule that is paused, and goes on, with more jobs than fit on a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@concord/network';
import { openRealArchive } from '../../testing/real-archive.ts';
import type { NewJob } from '../jobs/job.ts';
import { startJobEngine } from '../jobs/job-engine.ts';
import { createJobStore } from '../jobs/job-store.ts';
import { openForwarding } from './open-forwarding.ts';
import { ruleSchema } from './rule-schema.ts';

const many = 2500;
const now = () => new Date();

test('[ES-FWD-04] all jobs of a rule wait with it and go on with it, however many there are, and no other rule’s', async (t) => {
  const { archive, database } = await openRealArchive(t);
  const store = createJobStore(database, now);
  const policy = { attempts: 1, firstWait: 1, longestWait: 1 };
  const engine = startJobEngine({
    store,
    handlers: {},
    policy,
    workers: 0,
    perDestination: 1,
    log: silentLog,
    alone: true,
  });
  const transfers = { controlRule: engine.controlRule, making: store };
  const forwarding = await openForwarding({
    archive,
    database,
    transfers,
    memory: 365,
    now,
    believedNow: async () => now(),
    log: silentLog,
  });
  const content = ruleSchema.parse({ name: 'all', destinations: ['PACS'] });
  const rule = await forwarding.add(content);
  const other = await forwarding.add({ ...content, name: 'other' });
  assert.ok(rule && other);
  const jobOf = (ruleId: string, index: number): NewJob => ({
    kind: 'send',
    priority: 'medium',
    destination: 'PACS',
    cause: 'rule all',
    title: `study ${index}`,
    parameters: { rule: ruleId },
  });
  for (let at = 0; at < many; at += 500)
    await database.batch(
      Array.from({ length: 500 }, (_, index) => store.insertion(jobOf(rule.ruleId, at + index), []).statements).flat(),
    );
  await store.add(jobOf(other.ruleId, 0), []);
  const states = async () => {
    const [queue] = await store.queues();
    return { waiting: queue?.waiting, paused: queue?.paused };
  };
  await forwarding.replace(rule.ruleId, { ...content, state: 'paused' });
  assert.deepEqual(await states(), { waiting: 1, paused: many });
  await forwarding.replace(rule.ruleId, content);
  assert.deepEqual(await states(), { waiting: many + 1, paused: 0 });
  assert.equal(await engine.controlRule("x' or 1 = 1", 'resume'), 0);
  await engine.close();
});
