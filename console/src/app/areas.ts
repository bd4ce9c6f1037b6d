import type { RouteObject } from 'react-router';

/** One page of the menu. It is shown to who has one of the permissions, or to everybody where none is named. */
export interface MenuEntry { to: string; ns: string; key: string; needs?: string[] }
export interface Area { id: string; menu: MenuEntry[]; routes: RouteObject[] }
/** Each area's `routes.tsx` exports `area`; the menu has them in this order. One line per area. */
export const ORDER = ['worklist', 'registry', 'party', 'incubation', 'evaluation', 'funding', 'overview', 'operations'];

const found = import.meta.glob<{ area: Area }>('../pages/*/routes.tsx', { eager: true });
export const AREAS: Area[] = ORDER.flatMap((id) => {
  const module = found[`../pages/${id}/routes.tsx`];
  return module ? [module.area] : [];
});

/** What a role begins with. */
const HOME: Record<string, string> = { leader: '/overview', auditor: '/operations', operator: '/operations' };
export function homeOf(roles: string[]): string {
  const wish = roles.map((role) => HOME[role]).find(Boolean);
  return wish && AREAS.some((area) => area.routes.some((route) => `/${route.path ?? ''}`.startsWith(wish))) ? wish : '/tasks';
}

export const visible = (entry: MenuEntry, permissions: string[], known: boolean): boolean => (
  !known || !entry.needs || entry.needs.some((one) => permissions.includes(one)));
