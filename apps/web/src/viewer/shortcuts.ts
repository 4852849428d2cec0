// What the keyboard does in the viewer: one table for the keys themselves and for the page that lists them.

export const actions = {
  next: { keys: ['ArrowDown', 'ArrowRight'], text: 'Next image' },
  previous: { keys: ['ArrowUp', 'ArrowLeft'], text: 'Previous image' },
  forward: { keys: ['PageDown'], text: 'Ten images on' },
  back: { keys: ['PageUp'], text: 'Ten images back' },
  first: { keys: ['Home'], text: 'First image' },
  last: { keys: ['End'], text: 'Last image' },
  play: { keys: [' '], text: 'Play or stop' },
  nextSeries: { keys: [']'], text: 'Next series' },
  previousSeries: { keys: ['['], text: 'Previous series' },
  window: { keys: ['w'], text: 'Tool: window' },
  pan: { keys: ['p'], text: 'Tool: move' },
  zoom: { keys: ['z'], text: 'Tool: zoom' },
  scroll: { keys: ['s'], text: 'Tool: scroll' },
  measure: { keys: ['d'], text: 'Tool: measure distances' },
  unmeasure: { keys: ['Delete', 'Backspace'], text: 'Take the last distance away' },
  wider: { keys: ['Shift+ArrowRight'], text: 'Wider window (less contrast)' },
  narrower: { keys: ['Shift+ArrowLeft'], text: 'Narrower window (more contrast)' },
  brighter: { keys: ['Shift+ArrowUp'], text: 'Lower window (brighter)' },
  darker: { keys: ['Shift+ArrowDown'], text: 'Higher window (darker)' },
  invert: { keys: ['i'], text: 'Invert' },
  zoomIn: { keys: ['+', '='], text: 'Zoom in' },
  zoomOut: { keys: ['-'], text: 'Zoom out' },
  fit: { keys: ['f'], text: 'Fit into the pane' },
  oneToOne: { keys: ['1'], text: 'One image pixel on one screen pixel' },
  turn: { keys: ['t'], text: 'Turn clockwise' },
  mirror: { keys: ['m'], text: 'Mirror left and right' },
  reset: { keys: ['r'], text: 'Reset' },
  text: { keys: ['x'], text: 'Show or hide text' },
  overlays: { keys: ['o'], text: 'Show or hide overlays' },
  attributes: { keys: ['a'], text: 'Attributes of the object' },
  help: { keys: ['?'], text: 'This list' },
  leave: { keys: ['Escape'], text: 'Back to the study' },
} as const satisfies Record<string, { readonly keys: readonly string[]; readonly text: string }>;

export type Action = keyof typeof actions;

interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const isAction = (name: string): name is Action => Object.hasOwn(actions, name);

const byKey: ReadonlyMap<string, Action> = new Map(
  Object.keys(actions)
    .filter(isAction)
    .flatMap((action) => actions[action].keys.map((key) => [key, action] as const)),
);

/** What a key means; undefined where it means nothing here, or belongs to the browser (with Ctrl, Alt or Meta). */
export const actionOf = ({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyPress): Action | undefined => {
  if (ctrlKey || metaKey || altKey) return undefined;
  const plain = key.length === 1 ? key.toLowerCase() : key;
  return byKey.get(shiftKey && key.length > 1 ? `Shift+${key}` : plain);
};

const names: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
};

/** A key as it is printed on the keyboard. */
export const keyName = (key: string): string =>
  (key === '+' ? [key] : key.split('+'))
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
