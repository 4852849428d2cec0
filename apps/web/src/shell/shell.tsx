// The frame of all pages but the viewer: where one can go, whether the page is live, and the way in for files.
import { ActionIcon, Anchor, Group, Menu } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { servicePrefix } from '../api.ts';
import { UploadButton } from '../upload/upload-button.tsx';
import { ColorSchemeButton } from './color-scheme-button.tsx';
import { LiveBadge } from './live-badge.tsx';
import classes from './shell.module.css';

const places = [
  { to: '/', label: 'Studies' },
  { to: '/worklist', label: 'Worklist' },
  { to: '/archives', label: 'Archives' },
  { to: '/media', label: 'Media' },
  { to: '/activity', label: 'Activity' },
  { to: '/transfers', label: 'Transfers' },
  { to: '/jobs', label: 'Jobs' },
  { to: '/rules', label: 'Rules' },
  { to: '/patients', label: 'Patients' },
  { to: '/storage', label: 'Storage' },
  { to: '/peers', label: 'Peers' },
  { to: '/interoperability', label: 'Conformance' },
  { to: '/about', label: 'About' },
] as const;

const Brand = () => (
  <Link to="/" className={classes.brand} aria-label="Concord: all studies">
    <img src="/favicon.svg" alt="" width={28} height={28} />
    <span className={classes.brandName}>Concord</span>
  </Link>
);

const Places = () => (
  <nav aria-label="Pages" className={classes.places}>
    {places.map(({ to, label }) => (
      <Link key={to} to={to} className={classes.place} activeOptions={{ exact: to === '/', includeSearch: false }}>
        {label}
      </Link>
    ))}
  </nav>
);

const PlacesMenu = () => (
  <Menu position="bottom-end" shadow="md">
    <Menu.Target>
      <ActionIcon size="lg" aria-label="Pages" className={classes.menu}>
        <IconMenu2 size={22} />
      </ActionIcon>
    </Menu.Target>
    <Menu.Dropdown>
      {places.map(({ to, label }) => (
        <Menu.Item key={to} renderRoot={(props) => <Link to={to} {...props} />}>
          {label}
        </Menu.Item>
      ))}
    </Menu.Dropdown>
  </Menu>
);

const Frame = () => (
  <>
    <Anchor href="#content" className={classes.skip}>
      Skip to content
    </Anchor>
    <header className={classes.header}>
      <Brand />
      <Places />
      <Group gap="xs" ml="auto" wrap="nowrap">
        <LiveBadge />
        <UploadButton />
        <ColorSchemeButton />
        <PlacesMenu />
      </Group>
    </header>
    <main id="content" className={classes.content}>
      <Outlet />
    </main>
  </>
);

/** Of open media only the images are looked at: every other page is that of the archive. */
const Leave = () => {
  useEffect(() => window.location.replace('/media'), []);
  return null;
};

export const Shell = () => (servicePrefix() === '' ? <Frame /> : <Leave />);
