// What `concord conformance run` is told.

import type { SecureOptions } from '../secure-options.ts';

export const effects = ['adds data', 'changes data', 'disturbs'] as const;

export interface RunCommandOptions extends SecureOptions {
  readonly calling: string;
  readonly allow?: readonly (typeof effects)[number][];
  readonly clinical?: true;
  readonly dryRun?: true;
  readonly service?: readonly string[];
  readonly item?: readonly string[];
  readonly assisted?: true;
  readonly draft?: true;
  readonly statement?: string;
  readonly preChecks?: true;
  readonly repeat?: string;
  readonly listen?: number;
  readonly medium?: string;
  readonly rate: number;
  readonly timeout: number;
  readonly patience: number;
  readonly cleanupUrl?: string;
  readonly tester?: string;
  readonly format: 'markdown' | 'html' | 'json' | 'junit';
  readonly to?: string;
}
