// Colours and measures of every page: quiet greys for long use in dim rooms, one accent.
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#e3fafc',
  '#c5f2f7',
  '#96e3ec',
  '#63d0de',
  '#35bccd',
  '#1ba5b8',
  '#128a9d',
  '#0b7285',
  '#085d6d',
  '#054a57',
];

/** From text (0) to the page's ground (9). Slightly blue, so that grey images next to it look neutral. */
const dark: MantineColorsTuple = [
  '#d3d8df',
  '#aab2bd',
  '#8a93a0',
  '#5f6875',
  '#3b434e',
  '#2c333d',
  '#20262e',
  '#181d24',
  '#11151b',
  '#0b0e12',
];

/** A cross is no name. */
const close = { 'aria-label': 'Close' };

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: 7, // lighter ones are too pale under white words
  colors: { accent, dark },
  fontFamily: [
    ...[
      'system-ui',
      '-apple-system',
      '"Segoe UI"',
      'Roboto',
      '"Helvetica Neue"',
      '"Noto Sans"',
      '"DejaVu Sans"',
      'sans-serif',
    ],
    // For characters that none of those has: fonts.css.
    ...['JP', 'KR', 'SC', 'Thai'].map((script) => `"Noto Sans ${script} Variable"`),
  ].join(', '),
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  headings: { fontWeight: '600' },
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 }, closeButtonProps: close } },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, closeButtonProps: close } },
    TableTh: { defaultProps: { scope: 'col' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' }, classNames: { root: 'quiet-icon' } },
    InputWrapper: { classNames: { label: 'field-label' } },
  },
});
