import { Icon } from '../ui/Icon';

/** Says why rows stay where they are although their numbers change. */
export function HeldChip() {
  const why = 'Rows keep their place while the pointer or the focus is in the table.';
  return (
    <span className="held" title={why}>
      <Icon name="pause" /> order held
    </span>
  );
}
