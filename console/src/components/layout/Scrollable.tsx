import type { ReactNode } from 'react';

/** What is wider than its place can be scrolled by keyboard, too: it takes the focus. */
export function Scrollable({ labelledBy, children }: { labelledBy: string; children: ReactNode }) {
  // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: a scrolled region has no other way
  return <div className="scroll-x" role="group" aria-labelledby={labelledBy} tabIndex={0}>{children}</div>;
}
