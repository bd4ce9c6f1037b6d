import { useDeferredValue, useState } from 'react';
import { Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useRead, type Page } from '@/api/hooks';
import { AREAS } from './areas';

/** Search everywhere: pages by name, organizations by name or code. */
export function Search({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation(['common', ...AREAS.map((area) => area.id)]);
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const navigate = useNavigate();
  const found = useRead<Page>('registry', 'listOrganizations', {}, { q, limit: 8 }, open && q.length > 1);
  const pages = AREAS.flatMap((area) => area.menu.map((entry) => ({ to: entry.to, text: t(`${entry.ns}:${entry.key}`) }))).filter((one) => q && one.text.toLowerCase().includes(q.toLowerCase()));
  const organizations = q.length > 1 ? (found.data?.data.items ?? []).map((one) => ({ to: `/organizations/${String(one.id)}`, text: `${String(one.name)} ${String(one.uscc)}` })) : [];
  const go = (to: string) => { close(); setTyped(''); void navigate(to); };
  const all = [...pages, ...organizations];
  return (
    <Modal open={open} onCancel={close} footer={null} title={t('search.title')} destroyOnHidden>
      <Input autoFocus aria-label={t('search.title')} placeholder={t('search.what')} value={typed} allowClear onChange={(event) => setTyped(event.target.value)}
        onPressEnter={() => { const first = all[0]; if (first) go(first.to); }} />
      <ul className="found" aria-live="polite">
        {all.map((one) => <li key={one.to}><button type="button" onClick={() => go(one.to)}>{one.text}</button></li>)}
        {q.length > 1 && all.length === 0 && !found.isFetching && <li>{t('search.none')}</li>}
      </ul>
    </Modal>
  );
}
