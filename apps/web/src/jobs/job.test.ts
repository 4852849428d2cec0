// Jobs as they come over the wire, wrong ones too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlsOf, isOpen, readJob } from './job.ts';

test('a job is read as it was sent; what is not there is empty, never a crash', () => {
  const job = readJob({ jobId: '01', state: 'running', total: 180, sent: '12', title: 'Doe^Jane' });
  assert.deepEqual([job.id, job.state, job.total, job.sent, job.failed, job.detail], ['01', 'running', 180, 12, 0, '']);
  assert.ok(isOpen(job));
  for (const wrong of [null, [], 'text', { jobId: {}, total: 'many' }]) assert.equal(readJob(wrong).total, 0);
});

test('each state has the controls that the server takes in it', () => {
  assert.deepEqual(controlsOf('running'), ['pause', 'cancel']);
  assert.deepEqual(controlsOf('waiting'), ['retry', 'pause', 'cancel']);
  assert.deepEqual(controlsOf('failed'), ['retry']);
  assert.deepEqual(controlsOf('done'), []);
  assert.deepEqual(controlsOf('unheard of'), []);
});
