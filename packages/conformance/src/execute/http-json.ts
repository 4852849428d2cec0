// Requests to a peer's own HTTP interface, with a limit on each wait and on each answer.

export interface HttpLimits {
  /** Longest wait for a whole answer, in milliseconds. */
  readonly patience: number;
  /** Longest answer, in bytes. */
  readonly answer: number;
}

export const httpLimits: HttpLimits = { patience: 30_000, answer: 64 * 1024 ** 2 };

/** An answer: its status, and its JSON where it has any. */
export interface HttpAnswer {
  readonly status: number;
  readonly json: unknown;
}

export type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<HttpAnswer>;

async function bounded(response: Response, longest: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, length] = ['', 0];
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks below a base address; a name and password in the address are sent as Basic authentication. Rejects where nobody answers in time. */
export function askAt(address: URL, limits: HttpLimits = httpLimits): Ask {
  const base = new URL(address);
  const user = [base.username, base.password].map(decodeURIComponent);
  base.username = '';
  base.password = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const authorization =
    user[0] === '' ? {} : { authorization: `Basic ${Buffer.from(user.join(':')).toString('base64')}` };
  return async (method, path, body) => {
    const response = await fetch(new URL(path, base), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(limits.patience),
      headers: {
        accept: 'application/json',
        ...authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: parsed(await bounded(response, limits.answer)) };
  };
}
