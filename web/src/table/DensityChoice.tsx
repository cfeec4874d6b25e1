import { Segmented } from '../ui/Segmented';
import { chooseDensity, useDensity } from './density';
import { useKeys } from './hotkeys';

/** How close rows stand: 24 or 28 pixels. `d` changes it too. */
export function DensityChoice() {
  const density = useDensity();
  useKeys({ d: () => chooseDensity(density === 'compact' ? 'normal' : 'compact') });
  return (
    <Segmented
      label="Row height"
      value={density}
      segments={[
        { value: 'compact', label: '24', name: 'Compact rows' },
        { value: 'normal', label: '28', name: 'Normal rows' },
      ]}
      onChange={chooseDensity}
    />
  );
}
