import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { ConnectionWord } from './connection-state.js';
import { isActive, useJobs } from './jobs.js';
import { Mark } from './mark.js';
import { linkTo } from './router.js';
import { SCREENS, type Screen } from './screens.js';

const GROUPS = [
  ['make', 'Make'],
  ['watch', 'Watch'],
  ['know', 'Know'],
] as const;

/** The way around on a wide page: all screens at the side. */
export function SideNavigation({ here }: { here: string }) {
  return (
    <header className="side">
      <a className="brand" href={linkTo('image')}>
        <Mark />
        <span className="brand-name">Rendercast</span>
      </a>
      <nav className="side-links" aria-label="Screens">
        {GROUPS.map(([group, name]) => (
          <div key={group} className="side-group">
            <p className="side-group-name" aria-hidden="true">
              {name}
            </p>
            {SCREENS.filter((screen) => screen.group === group).map((screen) => (
              <SideLink key={screen.id} screen={screen} here={here} />
            ))}
          </div>
        ))}
      </nav>
      <div className="side-foot">
        {SCREENS.filter(({ group }) => group === 'foot').map((screen) => (
          <SideLink key={screen.id} screen={screen} here={here} />
        ))}
        <a className="side-link" href="/docs" title="API">
          <Icon name="book" />
          <span className="side-link-name">API</span>
        </a>
        <ConnectionWord />
      </div>
    </header>
  );
}

/** The way around on a phone: a bar at the bottom. */
export function BottomNavigation({ here }: { here: string }) {
  const others = SCREENS.filter(({ onPhone }) => !onPhone);
  return (
    <nav className="bottom-bar" aria-label="Screens of a phone">
      {SCREENS.filter(({ onPhone }) => onPhone).map(({ id, icon, title }) => (
        <a key={id} className="bottom-link" href={linkTo(id)} aria-current={id === here ? 'page' : undefined}>
          <Icon name={icon} size={22} />
          {title.replace('Create ', '').replace(/^./, (letter) => letter.toUpperCase())}
          {id === 'live' ? <ActiveCount /> : null}
        </a>
      ))}
      <Menu
        label="More screens"
        up
        items={others.map(({ id, icon, title }) => ({ title, icon, href: linkTo(id) }))}
        trigger={(props) => (
          <button
            type="button"
            className="bottom-link"
            aria-current={others.some(({ id }) => id === here) ? 'page' : undefined}
            {...props}
          >
            <Icon name="more" size={22} />
            More
          </button>
        )}
      />
    </nav>
  );
}

function SideLink({ screen: { id, icon, title }, here }: { screen: Screen; here: string }) {
  return (
    <a className="side-link" href={linkTo(id)} title={title} aria-current={id === here ? 'page' : undefined}>
      <Icon name={icon} />
      <span className="side-link-name">{title}</span>
      {id === 'live' ? <ActiveCount /> : null}
    </a>
  );
}

/** How many jobs wait or run. */
function ActiveCount() {
  const { jobs } = useJobs();
  const count = jobs.filter(isActive).length;
  return count === 0 ? null : (
    <span className="side-count">
      {count}
      <span className="unseen"> under way</span>
    </span>
  );
}
