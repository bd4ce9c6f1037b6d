import { useState } from 'react';
import { Button, Input, Popover } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { registry } from '@/api/client';
import { useUrlState } from '@/lib/urlState';
import { ProblemAlert } from '../layout/Problems';
import { viewChanges, viewQuery } from './views';

interface View { name: string; query: string }

/** Views of a list that its user keeps, on the server: one is chosen, saved under a name, or deleted. Typed client: the first page is light. */
export function SavedViews({ id }: { id: string }) {
  const { t } = useTranslation();
  const [query, change] = useUrlState();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const key = ['registry', 'listSavedViews', id];
  const kept = useQuery({
    queryKey: key, enabled: open,
    queryFn: async () => ((await registry.GET('/v1/saved-views', { params: { query: { page: id } } })).data as { items: View[] } | undefined)?.items ?? [],
  });
  const done = () => queries.invalidateQueries({ queryKey: key });
  const put = useMutation({
    mutationFn: (named: string) => registry.PUT('/v1/saved-views/{page}/{name}', { params: { path: { page: id, name: named } }, body: { query: viewQuery(query) } }),
    onSuccess: () => { setName(''); return done(); },
  });
  const forget = useMutation({
    mutationFn: (named: string) => registry.DELETE('/v1/saved-views/{page}/{name}', { params: { path: { page: id, name: named } } }), onSuccess: done,
  });
  const save = () => { const named = name.trim().replaceAll('/', '／'); if (named) put.mutate(named); };
  const panel = (
    <div className="saved-views">
      <ProblemAlert error={kept.error ?? put.error ?? forget.error} />
      <ul className="plain-list">
        {(kept.data ?? []).map((view) => (
          <li key={view.name}>
            <Button type="link" onClick={() => { change(viewChanges(query, view.query)); setOpen(false); }}>{view.name}</Button>
            <Button type="text" size="small" aria-label={t('views.delete', { name: view.name })} onClick={() => forget.mutate(view.name)}>×</Button>
          </li>
        ))}
      </ul>
      {kept.data?.length === 0 && <p className="hint">{t('views.none')}</p>}
      <Input.Search aria-label={t('filter.name')} placeholder={t('filter.name')} value={name} maxLength={40} enterButton={t('filter.keep')} loading={put.isPending}
        onChange={(event) => setName(event.target.value)} onSearch={save} />
    </div>
  );
  return <Popover trigger="click" open={open} onOpenChange={setOpen} content={panel} title={t('filter.views')}><Button aria-expanded={open}>{t('filter.views')}</Button></Popover>;
}
