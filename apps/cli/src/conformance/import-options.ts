// The options of `concord conformance import`.

export interface ImportOptions {
  readonly format?: 'text' | 'json' | 'yaml';
  readonly name?: string;
  readonly to?: string;
}
