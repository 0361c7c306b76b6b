import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from 'react';
import './button.css';
import { Icon, type IconName } from './icon.js';

/** How a button looks: `primary` once per screen, `quiet` without a border, `danger` for what cannot be undone. */
export type Tone = 'primary' | 'plain' | 'quiet' | 'danger';

interface Looks {
  tone?: Tone | undefined;
  size?: 'normal' | 'small' | undefined;
  icon?: IconName | undefined;
  /** As wide as what is around it. */
  wide?: boolean | undefined;
}

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> & { ref?: Ref<HTMLButtonElement> };

/** A button with words. */
export function Button({
  tone = 'plain',
  size = 'normal',
  icon,
  wide,
  type = 'button',
  children,
  ...rest
}: Looks & Native & { type?: 'button' | 'submit' }) {
  return (
    <button
      type={type === 'submit' ? 'submit' : 'button'}
      className="button"
      data-tone={tone}
      data-size={size}
      data-wide={wide || undefined}
      {...rest}
    >
      {icon === undefined ? null : <Icon name={icon} size={size === 'small' ? 16 : 18} />}
      {children}
    </button>
  );
}

/** A button that is only a sign; `label` is what it says to those who do not see it, and on hover. */
export function IconButton({
  tone = 'quiet',
  size = 'normal',
  icon,
  label,
  filled = false,
  ...rest
}: Omit<Looks, 'icon' | 'wide'> & Native & { icon: IconName; label: string; filled?: boolean }) {
  return (
    <button
      type="button"
      className="button"
      data-tone={tone}
      data-size={size}
      data-bare=""
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} size={size === 'small' ? 16 : 18} filled={filled} />
    </button>
  );
}

/** A link that looks like a button: it goes somewhere. */
export function ButtonLink({
  tone = 'plain',
  size = 'normal',
  icon,
  wide,
  children,
  ...rest
}: Looks & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a className="button" data-tone={tone} data-size={size} data-wide={wide || undefined} {...rest}>
      {icon === undefined ? null : <Icon name={icon} size={size === 'small' ? 16 : 18} />}
      {children}
    </a>
  );
}
