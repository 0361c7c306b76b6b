import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { IconName } from '../parts/icon.js';
import type { ScreenProps } from './screen-props.js';

/** One screen, as the navigation and the router know it. */
export interface Screen {
  /** Its address: `#/<id>`. */
  id: string;
  title: string;
  icon: IconName;
  /** `make`, `watch` and `know` stand in the navigation under these words; `foot` stands at its end. */
  group: 'make' | 'watch' | 'know' | 'foot';
  /** Whether it stands in the bar of a phone; the others are under "More" there. */
  onPhone: boolean;
  Component: LazyExoticComponent<ComponentType<ScreenProps>>;
}

/** All screens, in the order of the navigation. Each is loaded when it is first visited. */
export const SCREENS: readonly Screen[] = [
  {
    id: 'image',
    title: 'Create image',
    icon: 'image',
    group: 'make',
    onPhone: true,
    Component: lazy(async () => ({
      default: (await import('../create-image/create-image-screen.js')).CreateImageScreen,
    })),
  },
  {
    id: 'music',
    title: 'Create music',
    icon: 'music',
    group: 'make',
    onPhone: true,
    Component: lazy(async () => ({ default: (await import('../music/music-screen.js')).MusicScreen })),
  },
  {
    id: 'live',
    title: 'Live',
    icon: 'live',
    group: 'watch',
    onPhone: true,
    Component: lazy(async () => ({ default: (await import('../live/live-screen.js')).LiveScreen })),
  },
  {
    id: 'queue',
    title: 'Queue',
    icon: 'queue',
    group: 'watch',
    onPhone: false,
    Component: lazy(async () => ({ default: (await import('../queue/queue-screen.js')).QueueScreen })),
  },
  {
    id: 'gallery',
    title: 'Gallery',
    icon: 'gallery',
    group: 'watch',
    onPhone: true,
    Component: lazy(async () => ({ default: (await import('../gallery/gallery-screen.js')).GalleryScreen })),
  },
  {
    id: 'overview',
    title: 'Overview',
    icon: 'overview',
    group: 'know',
    onPhone: false,
    Component: lazy(async () => ({ default: (await import('../overview/overview-screen.js')).OverviewScreen })),
  },
  {
    id: 'console',
    title: 'Console',
    icon: 'console',
    group: 'know',
    onPhone: false,
    Component: lazy(async () => ({ default: (await import('../console/console-screen.js')).ConsoleScreen })),
  },
  {
    id: 'settings',
    title: 'Settings',
    icon: 'settings',
    group: 'foot',
    onPhone: false,
    Component: lazy(async () => ({ default: (await import('../settings/settings-screen.js')).SettingsScreen })),
  },
];

/** The screen of an address; null for one that names none. */
export function screenOf(id: string): Screen | null {
  return SCREENS.find((screen) => screen.id === id) ?? null;
}
