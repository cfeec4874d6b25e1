import type { ButtonHTMLAttributes, Ref } from 'react';

export type ButtonVariant = 'plain' | 'primary' | 'danger' | 'danger-outline' | 'quiet';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  ref?: Ref<HTMLButtonElement>;
}

/** Anything that is pressed. It is no submit button unless it says so. */
export function Button({ variant = 'plain', className, ...rest }: Props) {
  const classes = `button button-${variant}${className ? ` ${className}` : ''}`;
  return <button type="button" className={classes} {...rest} />;
}
