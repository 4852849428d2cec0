// Every setting of the server, declared once: type, default, range, flag, variable and help follow from these tables.

import type { Setting } from './kinds.ts';
import { callerSettings } from './tables/callers.ts';
import { displaySettings } from './tables/display.ts';
import { documentSettings } from './tables/document.ts';
import { keyObjectSettings } from './tables/key-objects.ts';
import { mediaSettings } from './tables/media.ts';
import { addressSettings } from './tables/names-and-ports.ts';
import { objectSettings } from './tables/objects.ts';
import { orderSettings } from './tables/orders.ts';
import { placeSettings } from './tables/places.ts';
import { timeSettings } from './tables/time.ts';
import { waitingSettings } from './tables/waiting.ts';

export const settings = {
  ...placeSettings,
  ...addressSettings,
  ...callerSettings,
  ...waitingSettings,
  ...timeSettings,
  ...objectSettings,
  ...orderSettings,
  ...documentSettings,
  ...displaySettings,
  ...mediaSettings,
  ...keyObjectSettings,
} as const;

type Values<T> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never };

/** Read once by whoever starts the server, then passed down; no module reads the environment. */
export type Configuration = Values<typeof settings>;
export type SettingName = keyof Configuration;
