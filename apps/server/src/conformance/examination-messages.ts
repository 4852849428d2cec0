// What goes to the process that examines the statement, and what comes back: plain data. PS3.2 6, 7
import type { Service } from '@concord/network';
import type { OwnEntity } from '../entities/own-entities.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Stated } from './stated-behaviour.ts';

/** A service as the process is told it: that something is carried out or negotiated, not how. */
export interface ToldService {
  readonly declaration: Omit<Service, 'extendedNegotiation'>;
  readonly negotiates: boolean;
  /** Operations that have a handler. */
  readonly handled: readonly string[];
}

export type ToldEntity = Omit<OwnEntity, 'services'> & { readonly services: readonly ToldService[] };

export interface ToldSystem {
  readonly configuration: Configuration;
  readonly configured: readonly ToldEntity[];
  readonly shipped: readonly ToldEntity[];
}

/** What the process answers. */
export interface Examined {
  readonly stated: Stated;
  /** Findings by their level, and rules that nobody has decided. */
  readonly validation: { readonly errors: number; readonly warnings: number; readonly open: number };
}
