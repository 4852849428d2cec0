// The options of `concord validate-association`.

export const explainFormats = ['text', 'json', 'markdown', 'html'] as const;

export interface ExplainOptions {
  readonly format: (typeof explainFormats)[number];
  readonly to?: string;
}
