import { Menu } from '@base-ui/react/menu';
import { session } from '../api/client';
import { Icon, type IconName } from '../ui/Icon';
import { toast } from '../ui/Toaster';
import { useMe } from './session';
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme';

const THEMES: readonly { value: ThemeChoice; icon: IconName; words: string }[] = [
  { value: 'light', icon: 'sun', words: 'Light' },
  { value: 'dark', icon: 'moon', words: 'Dark' },
  { value: 'system', icon: 'system', words: 'As the system' },
];

/** Colours, keys and the way out. */
export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const name = me?.username ?? '';
  return (
    <Menu.Root>
      <Menu.Trigger className="avatar">
        <span aria-hidden="true">{name.slice(0, 2).toUpperCase()}</span>
        <span className="visually-hidden">Theme, keys, sign out {name}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="popup-place" sideOffset={6} align="end">
          <Menu.Popup className="popup menu">
            <p className="menu-who">
              <b>{name}</b> {me?.role}
            </p>
            <ThemeItems />
            <Menu.Separator className="menu-line" />
            <Menu.Item className="menu-item" onClick={onKeys}>
              <Icon name="keyboard" /> Keys <kbd>?</kbd>
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => void signOut()}>
              <Icon name="leave" /> Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function ThemeItems() {
  const theme = useThemeChoice();
  return (
    <Menu.RadioGroup
      aria-label="Theme"
      value={theme}
      onValueChange={(value) => chooseTheme(value as ThemeChoice)}
    >
      {THEMES.map(({ value, icon, words }) => (
        <Menu.RadioItem key={value} value={value} className="menu-item" closeOnClick={false}>
          <Icon name={icon} /> {words}
          <Menu.RadioItemIndicator className="menu-tick">
            <Icon name="check" />
          </Menu.RadioItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

async function signOut(): Promise<void> {
  try {
    await session.signOut();
  } catch {
    toast({
      kind: 'refused',
      title: 'The hub was not told',
      detail: 'You are signed out on this page, but the hub did not answer. Its session may go on.',
    });
  }
}
