import { useId, useState, type FormEvent } from 'react';
import { Alert, Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useChange, type Row } from '@/api/hooks';
import { Nothing, PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { useGate } from '@/components/record/gate';
import { RecordTable, type Column } from '@/components/table/RecordTable';
import { useMe } from '@/session/useSession';
import { today, yuan } from '@/lib/values';

interface Run extends Row { lines: Row[]; total_fen: number; raised: number; held: number; none: number; unchanged: number; differing: number; lines_left_out: number; left: number }

/** A scheme is run: first only to see what would come out, then for good. */
export function RunPage() {
  const { t } = useTranslation(['funding', 'common']);
  const { scheme = '' } = useParams();
  const id = useId();
  const me = useMe();
  const [given, setGiven] = useState({ year: String(Number(today().slice(0, 4)) - 1), month: '', division: me?.divisions[0] ?? '' });
  const [tried, setTried] = useState<{ asked: string; run: Run } | null>(null);
  const [done, setDone] = useState<Run | null>(null);
  const change = useChange<Run>('funding', 'runScheme');
  const asked = JSON.stringify(given);
  const { allowed, reason } = useGate()('run', 'schemes.run', tried?.asked === asked ? null : t('run.first'));
  const send = (dry: boolean) => change.mutate(
    { path: { scheme }, body: { dry_run: dry, ...(given.year ? { year: Number(given.year) } : {}), ...(given.month ? { month: given.month } : {}), ...(given.division ? { division: given.division } : {}) } },
    { onSuccess: ({ data }) => { if (dry) { setTried({ asked, run: data }); setDone(null); } else { setDone(data); setTried(null); } } },
  );
  const submit = (event: FormEvent) => { event.preventDefault(); send(true); };
  const run = done ?? (tried?.asked === asked ? tried.run : null);
  const columns: Column[] = [
    { name: 'recipient_name', label: t('run.recipient') }, { name: 'outcome', label: t('run.outcome') }, { name: 'amount_fen', label: t('run.amount'), numeric: true },
    { name: 'granted_fen', label: t('run.granted'), numeric: true }, { name: 'differs', label: t('run.differs') }, { name: 'period', label: t('run.period') }, { name: 'division', label: t('run.division') },
  ];
  const field = (name: 'year' | 'month' | 'division', type?: string) => (
    <div className="filter-field"><label htmlFor={id + name}>{t(`run.${name}`)}</label>
      <Input id={id + name} value={given[name]} {...(type ? { type } : {})} onChange={(event) => setGiven({ ...given, [name]: event.target.value.trim() })} /></div>
  );
  return <>
    <nav className="crumb no-print" aria-label={t('common:crumb')}><Link to="/schemes">{t('schemes.title')}</Link></nav>
    <PageHead title={t('run.title', { scheme })} hint={t('run.hint')} />
    <form className="filter-bar" onSubmit={submit} aria-label={t('run.title', { scheme })}>
      {field('year')}{field('month')}{field('division')}
      <div className="filter-actions">
        <Button htmlType="submit" loading={change.isPending}>{t('run.try')}</Button>
        <span className="barred"><Button type="primary" disabled={!allowed} loading={change.isPending} onClick={() => send(false)} aria-describedby={`${id}why`}>{t('run.do')}</Button></span>
        <span id={`${id}why`} className="hint">{reason ?? ''}</span>
      </div>
    </form>
    <ProblemAlert error={change.error} />
    {run && <>
      <Alert showIcon type={done ? 'success' : 'info'} className="problem" title={t(done ? 'run.done' : 'run.tried', { amount: yuan(run.total_fen), raised: run.raised, held: run.held, none: run.none, unchanged: run.unchanged })}
        description={[run.differing > 0 && t('run.differing', { count: run.differing }), run.lines_left_out > 0 && t('run.left_out', { count: run.lines_left_out })].filter(Boolean).join(' ')} />
      <RecordTable id="run" label={t('run.lines')} rows={run.lines} columns={columns} rowKey={(row) => `${String(row.recipient_id)} ${String(row.period)}`} sums={['amount_fen']} empty={<Nothing text={t('run.empty')} />} />
    </>}
    {!run && !change.error && <Nothing text={t('run.nothing')} />}
  </>;
}
