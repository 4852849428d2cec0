// As much of XMLHttpRequest as dicomweb-client uses, over fetch: the library is made for browsers. XHR Living Standard.

export class XmlHttpRequest {
  responseType = '';
  readyState = 0;
  status = 0;
  response: unknown = null;
  onreadystatechange: (() => void) | undefined;
  onprogress: (() => void) | undefined;
  onloadstart: (() => void) | undefined;
  onloadend: (() => void) | undefined;
  withCredentials = false;
  readonly #sent: Record<string, string> = {};
  #method = 'GET';
  #url = '';
  #received = new Headers();

  open(method: string, url: string): void {
    this.#method = method.toUpperCase();
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#sent[name] = value;
  }

  getResponseHeader(name: string): string | null {
    return this.#received.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.#received].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body?: ArrayBuffer): void {
    const request = { method: this.#method, headers: this.#sent, ...(body === undefined ? {} : { body }) };
    fetch(this.#url, request)
      .then((response) => this.#take(response))
      .catch(() => this.#done());
  }

  async #take(response: Response): Promise<void> {
    const bytes = await response.arrayBuffer();
    this.status = response.status;
    this.#received = response.headers;
    if (this.responseType === 'arraybuffer') this.response = bytes;
    else {
      const text = new TextDecoder().decode(bytes);
      this.response = this.responseType === 'json' ? this.#json(text) : text;
    }
    this.#done();
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  #done(): void {
    this.readyState = 4;
    this.onreadystatechange?.();
    this.onloadend?.();
  }
}
