// What tests ask the administration API about jobs.
import assert from 'node:assert/strict';

export interface SeenJob {
  readonly jobId: string;
  readonly state: string;
  readonly detail: string;
  readonly attempts: number;
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
}

export const jobClient = (httpPort: number) => {
  const origin = `http://127.0.0.1:${httpPort}`;
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${origin}${path}`, { method, ...(text !== undefined && { body: text }) });
    return { status: response.status, body: await response.json() };
  };
  const until = async (jobId: string, ...states: readonly string[]): Promise<SeenJob> => {
    for (const end = Date.now() + 120_000; Date.now() < end; ) {
      const { body } = await call('GET', `/api/jobs/${jobId}`);
      if (states.includes(body.state)) return body;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return assert.fail(`${jobId} is not ${states}: ${JSON.stringify((await call('GET', `/api/jobs/${jobId}`)).body)}`);
  };
  const send = async (destination: string, selection: object): Promise<string> => {
    const { status, body } = await call('POST', '/api/jobs', { destination, selection });
    assert.equal(status, 200, JSON.stringify(body));
    return body.jobId;
  };
  return { origin, call, until, send };
};

/** Stores files over the web. */
export const storeOverWeb = async (origin: string, files: readonly Uint8Array<ArrayBuffer>[]): Promise<void> => {
  for (const body of files) {
    const headers = { 'content-type': 'application/dicom' };
    const response = await fetch(`${origin}/dicom-web/studies`, { method: 'POST', headers, body });
    assert.equal(response.status, 200, await response.text());
  }
};
