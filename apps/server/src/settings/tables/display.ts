// What the viewer does by itself.
import { choice } from '../kinds.ts';

export const displaySettings = {
  viewerOverlays: choice({
    default: 'every group',
    choices: ['every group', 'first group', 'on request'],
    text: 'overlay planes that the viewer draws by itself: of every group, of group 6000 alone, or none until they are asked for',
  }),
  maskStates: choice({
    default: 'shown',
    choices: ['shown', 'marked'],
    text: 'presentation states that subtract a mask: the viewer shows images as they say, or marks them and applies none',
  }),
} as const;
