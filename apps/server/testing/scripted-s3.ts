// An S3 server that does what a test tells it for each kind of request; what it is told nothing about it does well.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hooks } from './programs.ts';

export type Script = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** An answer of the kind that a client reads a code from. */
export const failure = (status: number, code: string) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);

/** Its bucket is `concord`. `script` may be changed while it runs; `asked` has the kinds of the requests, 'PUT object' and the like. Without conditions it puts whatever is there. */
export async function startScriptedS3(
  t: Hooks,
  script: Partial<Record<string, Script>> = {},
  { conditions = true }: { readonly conditions?: boolean } = {},
) {
  const asked: string[] = [];
  const kept = new Map<string, Buffer>();
  const answers: Record<string, Script> = {
    'PUT object': ({ url = '', headers }, response, body) => {
      const isThere = headers['if-none-match'] === '*' && kept.has(url.split('?')[0] ?? '');
      if (isThere && conditions) return void failure(412, 'PreconditionFailed')(response);
      kept.set(url.split('?')[0] ?? '', body);
      response.writeHead(200, { etag: '"x"' }).end();
    },
    'HEAD object': ({ url = '' }, response) => {
      const found = kept.get(url);
      response.writeHead(found ? 200 : 404, { 'content-length': found?.length ?? 0 }).end();
    },
    'GET object': ({ url = '', headers }, response) => {
      const found = kept.get(url.split('?')[0] ?? '');
      if (!found) return void failure(404, 'NoSuchKey')(response);
      const [, from = '0', to] = /bytes=(\d+)-(\d*)/.exec(headers.range ?? '') ?? [];
      const part = found.subarray(Number(from), to ? Number(to) + 1 : undefined);
      const said = headers.range ? { 'content-range': `bytes ${from}-/${found.length}` } : {};
      response.writeHead(headers.range ? 206 : 200, { 'content-length': part.length, ...said }).end(part);
    },
    'GET list': ({ url = '' }, response) => {
      const prefix = `/concord/${new URL(url, 'http://s3').searchParams.get('prefix') ?? ''}`;
      const names = [...kept.keys()].map(decodeURIComponent).filter((name) => name.startsWith(prefix));
      const found = names.map((name) => `<Contents><Key>${name.slice('/concord/'.length)}</Key></Contents>`);
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(`<ListBucketResult>${found.join('')}</ListBucketResult>`);
    },
    'POST uploads': (_, response) =>
      response
        .writeHead(200)
        .end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>'),
    'PUT part': (_, response) => response.writeHead(200, { etag: '"p"' }).end(),
    'POST complete': (_, response) =>
      response.writeHead(200).end('<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'),
    'DELETE object': ({ url = '' }, response) => {
      kept.delete(url.split('?')[0] ?? '');
      response.writeHead(204).end();
    },
    'DELETE upload': (_, response) => response.writeHead(204).end(),
    'HEAD bucket': (_, response) => response.writeHead(200).end(),
  };
  const kindOf = ({ method = '', url = '' }: IncomingMessage): string => {
    if (url.includes('list-type=2')) return `${method} list`;
    if (/^\/concord\/?$/.test(url)) return `${method} bucket`;
    if (url.includes('?uploads')) return `${method} uploads`;
    if (url.includes('partNumber=')) return `${method} part`;
    if (url.includes('uploadId=')) return `${method} ${method === 'DELETE' ? 'upload' : 'complete'}`;
    return `${method} object`;
  };
  const web = createServer(async (request, response) => {
    const kind = kindOf(request);
    asked.push(kind);
    const body = Buffer.concat(await Array.fromAsync(request).catch(() => []));
    (script[kind] ?? answers[kind])?.(request, response, body);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as AddressInfo;
  t.after(() => {
    web.closeAllConnections();
    web.close();
  });
  return { endpoint: `http://127.0.0.1:${port}`, asked, kept, script };
}
