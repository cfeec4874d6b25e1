import { Link, useLocation } from 'wouter';
import { Icon } from '../ui/Icon';
import { Logo } from '../ui/Logo';
import { PAGES } from './pages';

/** The pages: at the left edge, or at the bottom on a phone. */
export function Rail() {
  const [location] = useLocation();
  return (
    <nav className="rail" aria-label="Pages">
      <span className="rail-logo">
        <Logo />
      </span>
      {PAGES.map(({ path, name, icon, key }) => (
        <Link
          key={path}
          href={path}
          aria-current={path === location ? 'page' : undefined}
          aria-keyshortcuts={`g ${key}`}
          title={`${name} (g ${key})`}
        >
          <Icon name={icon} />
          <span>{name}</span>
        </Link>
      ))}
    </nav>
  );
}
