import { useId, useState } from 'react';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useChange, useRead, type Row } from '@/api/hooks';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { useGate } from '@/components/record/gate';
import { ListPage } from '@/components/table/ListPage';
import { at, today } from '@/lib/values';
import { barOf, decisions } from './session';

/** The committee decides many at once: whom, with which star, and how many these have to be. */
export function SessionPage() {
  const { t } = useTranslation(['evaluation', 'common']);
  const { cycle_id = '' } = useParams();
  const cycle = useRead('evaluation', 'getCycle', { cycle_id }).data?.data;
  const [stars, setStars] = useState<Record<string, number | null>>({});
  const points = (stage: string) => (row: Row) => <span className="money">{String(at(row, `stages.${stage}.points`) ?? '—')}</span>;
  return <>
    <nav className="crumb no-print" aria-label={t('common:crumb')}><Link to={`/cycles/${cycle_id}`}>{cycle ? t('cycles.of', { year: cycle.year, division: cycle.division }) : t('cycles.record')}</Link></nav>
    <PageHead title={t('session.title')} hint={t('session.hint')} />
    <ListPage definition={{
      service: 'evaluation', op: 'listEvaluations', ns: 'evaluation', id: 'session', query: { cycle: cycle_id, state: 'scoring' }, inner: true,
      columns: ['party_organization_name', 'type', 'stages.self', 'stages.group', 'stages.first_check', 'stages.committee', 'divergences', 'decision', 'division'],
      record: (row) => `/evaluations/${String(row.id)}`,
      render: {
        'stages.self': points('self'), 'stages.group': points('group'), 'stages.first_check': points('first_check'), 'stages.committee': points('committee'),
        divergences: (row) => ((row.divergences as unknown[]).length ? <b className="mismatch">{t('score.diverges')}</b> : '—'),
        decision: (row) => <Select<number> size="small" allowClear aria-label={t('session.star', { name: row.party_organization_name })} placeholder={t('session.by_total')} style={{ minWidth: 110 }} value={stars[String(row.id)] ?? null}
          options={[5, 4, 3, 2, 1, 0].map((star) => ({ value: star, label: star ? t('star', { star }) : t('star.none') }))} onChange={(star) => setStars({ ...stars, [String(row.id)]: star ?? null })} />,
      },
      bulk: (rows, done) => <Record cycle={cycle_id} rows={rows} stars={stars} done={done} />,
    }} />
  </>;
}

function Record({ cycle, rows, stars, done }: { cycle: string; rows: Row[]; stars: Record<string, number | null>; done: () => void }) {
  const { t } = useTranslation('evaluation');
  const id = useId();
  const [held, setHeld] = useState({ held_on: today(), due: '', present: '', count: '' });
  const [note, setNote] = useState('');
  const change = useChange('evaluation', 'recordSession');
  const navigate = useNavigate();
  const bar = barOf(rows.length, held);
  const { allowed, reason } = useGate()('session', 'cycles.manage', bar ? t(`session.bar.${bar}`) : null);
  const send = () => change.mutate(
    { path: { cycle_id: cycle }, body: { held_on: held.held_on, members_due: Number(held.due), members_present: Number(held.present), count: Number(held.count), decisions: decisions(rows, stars), ...(note.trim() ? { note: note.trim() } : {}) } },
    { onSuccess: () => { done(); void navigate(`/cycles/${cycle}?tab=sessions`); } },
  );
  const field = (name: keyof typeof held, type = 'text') => (
    <div><label htmlFor={id + name}>{t(`session.${name}`)}</label><Input id={id + name} type={type} {...(type === 'text' ? { inputMode: 'numeric' as const } : {})} value={held[name]} onChange={(event) => setHeld({ ...held, [name]: event.target.value })} /></div>);
  return <div className="bulk-form">
    <div className="pair">{field('held_on', 'date')}{field('due')}{field('present')}{field('count')}
      <div><label htmlFor={`${id}n`}>{t('session.note')}</label><Input id={`${id}n`} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} /></div></div>
    <ProblemAlert error={change.error} />
    <Button type="primary" disabled={!allowed} loading={change.isPending} onClick={send} aria-describedby={`${id}why`}>{t('session.record', { count: rows.length })}</Button> <span id={`${id}why`} className="hint">{reason}</span>
  </div>;
}
