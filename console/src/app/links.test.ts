import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { matchRoutes } from 'react-router';
import { SERVICES } from '@/api/meta';
import { pageOf } from '@/pages/worklist/tasks';
import { AREAS } from './areas';

/** A task whose link leads to no page leaves its reader before a closed way. */
it('has a page for the link of each kind of task', () => {
  const links = SERVICES.flatMap((service) => readdirSync(`../services/${service}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('tasks.py'))
    .flatMap((file) => [...readFileSync(`../services/${service}/${file}`, 'utf8').matchAll(/\blink\s*=\s*"(\/v1\/[^"]+)"/g)].map(([, link = '']) => `/${service}${link.replaceAll(/\{\w+\}/g, 'x')}`)));
  expect(links.length).toBeGreaterThan(20);
  const routes = AREAS.flatMap((area) => area.routes);
  expect(links.filter((link) => { const page = pageOf(link); return page === null || matchRoutes(routes, page) === null; })).toEqual([]);
});
