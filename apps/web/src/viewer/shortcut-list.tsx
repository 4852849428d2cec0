// What the keyboard and the mouse do.
import { Kbd, Modal, Table, Text } from '@mantine/core';
import { actions, keyName } from './shortcuts.ts';

const mouse = [
  ['Drag', 'The tool in hand'],
  ['Drag with the right button', 'Zoom'],
  ['Drag with the middle button', 'Move'],
  ['Wheel', 'Next and previous image'],
  ['Ctrl and wheel', 'Zoom at the pointer'],
  ['Two fingers', 'Move and zoom'],
] as const;

export const ShortcutList = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => (
  <Modal opened={opened} onClose={onClose} title="Keyboard and mouse" size="lg">
    <Table verticalSpacing={4}>
      <Table.Tbody>
        {mouse.map(([gesture, text]) => (
          <Table.Tr key={gesture}>
            <Table.Td>
              <Text size="sm">{gesture}</Text>
            </Table.Td>
            <Table.Td>{text}</Table.Td>
          </Table.Tr>
        ))}
        {Object.entries(actions).map(([action, { keys, text }]) => (
          <Table.Tr key={action}>
            <Table.Td>
              {keys.map((key) => (
                <Kbd key={key} mr={4}>
                  {keyName(key)}
                </Kbd>
              ))}
            </Table.Td>
            <Table.Td>{text}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Modal>
);
