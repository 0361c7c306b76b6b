import { Suspense, useEffect, useRef } from 'react';
import { ButtonLink } from '../parts/button.js';
import { EmptyState } from '../parts/panel.js';
import './frame.css';
import { OfflineBanner } from './connection-state.js';
import { useJobs } from './jobs.js';
import { KeyForm } from './key-form.js';
import { BottomNavigation, SideNavigation } from './navigation.js';
import { go, linkTo, type Route, useRoute } from './router.js';
import { ScreenFence } from './screen-fence.js';
import { SCREENS, type Screen, screenOf } from './screens.js';
import { useTheme } from './theme.js';
import { useTabTitle, useTidings } from './tidings.js';

const FIRST = SCREENS[0]?.id ?? '';

/** What stands around every screen: the way around, word of the line, and the screen that the address names. */
export function Frame() {
  const route = useRoute();
  const screen = screenOf(route.screen);
  const { error } = useJobs();
  const main = useRef<HTMLElement>(null);
  useTheme();
  useTabTitle(screen?.title ?? 'Not found');
  useTidings();
  useHome(route);
  useFocusOnArrival(route.screen, main);

  return (
    <div className="frame">
      <button type="button" className="button frame-skip" onClick={() => main.current?.focus()}>
        Skip the navigation
      </button>
      <SideNavigation here={route.screen} />
      <main ref={main} className="frame-main" tabIndex={-1}>
        <OfflineBanner />
        {error?.code === 'unauthorized' ? <KeyForm /> : <Place screen={screen} route={route} />}
      </main>
      <BottomNavigation here={route.screen} />
    </div>
  );
}

function Place({ screen, route }: { screen: Screen | null; route: Route }) {
  if (screen === null) {
    if (route.screen === '') return null;
    return (
      <EmptyState
        icon="search"
        title="There is nothing at this address"
        actions={<ButtonLink href={linkTo(FIRST)}>Create an image</ButtonLink>}
      />
    );
  }
  const { Component } = screen;
  return (
    <ScreenFence key={screen.id}>
      <Suspense fallback={<p className="frame-wait">Opening {screen.title}…</p>}>
        <Component rest={route.rest} query={route.query} />
      </Suspense>
    </ScreenFence>
  );
}

/** An address without a screen is the first one's. Job ids used to stand alone in it; such links go on working. */
function useHome({ screen }: Route): void {
  useEffect(() => {
    if (screen === '') go(linkTo(FIRST), 'replace');
    else if (screenOf(screen) === null && screen.startsWith('j_')) go(linkTo('live', [screen]), 'replace');
  }, [screen]);
}

/** Whoever goes to another screen by keyboard or with a screen reader begins at its start, not in the navigation. */
function useFocusOnArrival(screen: string, main: React.RefObject<HTMLElement | null>): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current !== screen && before.current !== '') {
      main.current?.focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    }
    before.current = screen;
  }, [screen, main]);
}
