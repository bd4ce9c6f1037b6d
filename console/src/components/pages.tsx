import { lazy, type ComponentType } from 'react';
import { useParams, type RouteObject } from 'react-router';
import type { Row } from '@/api/hooks';
import type { ListDefinition } from './table/ListPage';
import type { RecordDefinition } from './record/RecordPage';

// Routes are read with the first page: what they show is not.
const ListPage = lazy(async () => ({ default: (await import('./table/ListPage')).ListPage }));
const RecordPage = lazy(async () => ({ default: (await import('./record/RecordPage')).RecordPage }));

/** A page that is loaded when it is opened: `page('organizations', () => import('./pages'), 'Organizations')`. */
export function page<M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string): RouteObject {
  const Page = lazy(async () => ({ default: (await load())[name] as ComponentType }));
  return { path, element: <Page /> };
}

/** A list page out of its definition. */
export const listOf = (definition: ListDefinition): ComponentType => function List() {
  return <ListPage definition={definition} />;
};

type Given = Omit<RecordDefinition, 'path'> & { path?: (params: Record<string, string>) => Record<string, string> };
/** A record page out of its definition; the address's parameters are the operation's where nothing else is said. */
export const recordOf = (definition: Given): ComponentType => function Record() {
  const params = useParams() as Record<string, string>;
  return <RecordPage key={Object.values(params).join('/')} definition={{ ...definition, path: definition.path?.(params) ?? params }} />;
};

/** `/organizations/<id>`: where a row leads. */
export const to = (room: string, key = 'id') => (row: Row): string => `/${room}/${encodeURIComponent(String(row[key]))}`;
