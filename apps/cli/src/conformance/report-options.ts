// The options of `concord conformance report`.
import type { ServerOptions } from '../running-server.ts';
import type { FormName } from './output-options.ts';

export interface ReportOptions extends ServerOptions {
  readonly format: FormName | 'junit';
  readonly run?: string;
  readonly before?: string;
  readonly to?: string;
}
