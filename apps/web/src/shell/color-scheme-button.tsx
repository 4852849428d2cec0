// Light, dark, or as the system has it.
import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react';

const next: Readonly<Record<MantineColorScheme, MantineColorScheme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const icons = { auto: IconSunMoon, light: IconSun, dark: IconMoon } as const;
const names = { auto: 'as the system', light: 'light', dark: 'dark' } as const;

export const ColorSchemeButton = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = icons[colorScheme];
  const label = `Colours: ${names[colorScheme]}. Change to ${names[next[colorScheme]]}`;
  return (
    <Tooltip label={label}>
      <ActionIcon size="lg" aria-label={label} onClick={() => setColorScheme(next[colorScheme])}>
        <Icon size={20} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
};
