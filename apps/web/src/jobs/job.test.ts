// Jobs as they come over the wire, wrong ones too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlsOf, isOpen, readJob } from './job.ts';
import { jobQuery, readJobSearch } from './job-search.ts';
import { queueControlsOf, queueInWords, readQueue } from './queues.ts';

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

test('an address says which jobs are wanted; what it does not understand is left out', () => {
  assert.deepEqual(readJobSearch({ state: 'failed', to: ' PACS ' }), { state: 'failed', to: 'PACS' });
  assert.deepEqual(readJobSearch({ state: 'lost', to: ['x'] }), {});
  assert.equal(jobQuery({ to: 'A&B' }, '0a'), 'limit=100&destination=A%26B&before=0a');
});

test('a queue is told in words, with what can be done about it; an odd answer is an empty queue', () => {
  const queue = readQueue({ destination: 'PACS', running: 1, waiting: '3', failed: 2 });
  assert.equal(queueInWords(queue), '1 running, 3 waiting, 2 given up');
  assert.deepEqual(queueControlsOf(queue), ['retry', 'pause']);
  const still = readQueue({ destination: 'PACS', paused: 2, failed: 1, isPaused: true });
  assert.equal(queueInWords(still), '2 paused, 1 given up, what is asked for waits until all is resumed');
  assert.deepEqual(queueControlsOf(still), ['resume']);
  for (const wrong of [null, [], 'text', { waiting: {} }]) assert.equal(queueInWords(readQueue(wrong)), '');
});
