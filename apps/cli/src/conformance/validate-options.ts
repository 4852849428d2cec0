// The options of `concord conformance validate`.
import type { ServerOptions } from '../running-server.ts';
import type { FormName } from './output-options.ts';

export interface ValidateOptions extends ServerOptions {
  readonly format: 'text' | FormName;
  readonly to?: string;
  readonly url?: string;
  readonly edition: 'as-configured' | 'as-shipped';
  readonly judgements?: string;
  readonly rules?: true;
  readonly report?: string;
}
