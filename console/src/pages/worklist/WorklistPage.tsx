import { Button, Segmented, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Nothing, PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { FilterBar } from '@/components/table/FilterBar';
import { RecordTable, type Column } from '@/components/table/RecordTable';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { instant, today } from '@/lib/values';
import { pageOf, useTasks, type Task } from './tasks';

/** 待办: what waits, in all four services, due first. */
export default function WorklistPage() {
  const { t } = useTranslation(['worklist', 'common']);
  const [query, change] = useUrlState();
  const mine = query.all ? undefined : 'true';
  const { tasks, more, counts, pending, fetching, errors, again } = useTasks({ ...query, ...(mine ? { mine } : {}) });
  const navigate = useNavigate();
  const of = (row: unknown) => row as Task;
  const columns: Column[] = [
    { name: 'title', label: t('tasks.title.column'), render: (row) => of(row).title },
    { name: 'subject', label: t('tasks.subject'), render: (row) => String(of(row).subject.name ?? of(row).subject.title ?? of(row).subject.id ?? '—') },
    { name: 'due_on', label: t('tasks.due'), render: (row) => <Due task={of(row)} /> },
    { name: 'waits_for', label: t('tasks.waits'), render: (row) => [word(of(row).waits_for, 'role'), of(row).body?.name].filter(Boolean).join(' · ') },
    { name: 'assignee', label: t('tasks.assignee'), render: (row) => of(row).assignee ?? t('tasks.nobody') },
    { name: 'division', label: t('tasks.division') },
    { name: 'since', label: t('tasks.since'), render: (row) => instant(of(row).since) },
    { name: 'service', label: t('tasks.service'), shown: false, render: (row) => word(of(row).service, 'service') },
  ];
  const open = (row: unknown) => { const to = pageOf(of(row).link); if (to) void navigate(to); };
  return <>
    <PageHead title={t('tasks.title')} hint={t('tasks.hint')} extra={
      <Segmented aria-label={t('tasks.whose')} value={query.all ? 'all' : 'mine'} onChange={(value) => change({ all: value === 'all' ? '1' : null })}
        options={[{ value: 'mine', label: t('tasks.mine') }, { value: 'all', label: t('tasks.all') }]} />
    } />
    {counts.length > 0 && (
      <ul className="counts no-print" aria-label={t('tasks.counts')}>
        {counts.map((one) => (
          <li key={`${one.service} ${one.kind}`}><button type="button" aria-pressed={query.kind === one.kind} onClick={() => change(query.kind === one.kind ? { kind: null, of: null } : { kind: one.kind, of: one.service })}>
            {word(one.kind, 'kind')}<b>{one.count}</b>{one.overdue > 0 && <span className="late">{t('tasks.late', { count: one.overdue })}</span>}
          </button></li>
        ))}
      </ul>
    )}
    <FilterBar id="tasks" filters={{ overdue: { zh: t('tasks.overdue'), en: t('tasks.overdue'), t: 'boolean' }, division: { zh: t('tasks.division'), en: t('tasks.division'), t: 'string' } }} />
    {errors.map(({ service, error }) => <div key={service}><p className="hint">{t('tasks.partial', { service: word(service, 'service') })}</p><ProblemAlert error={error} retry={again} /></div>)}
    <RecordTable id="tasks" label={t('tasks.title')} rows={tasks} columns={columns} loading={pending} open={open}
      rowKey={(row) => `${of(row).kind} ${of(row).link}`} empty={<Nothing text={t(query.kind || query.overdue ? 'tasks.empty.filtered' : mine ? 'tasks.empty.mine' : 'tasks.empty')} />} />
    {more && <div className="pager no-print"><Button loading={fetching} onClick={more}>{t('tasks.more')}</Button></div>}
  </>;
}

function Due({ task }: { task: Task }) {
  const { t } = useTranslation('worklist');
  if (!task.due_on) return <>{t('tasks.no_day')}</>;
  return <>{task.due_on} {task.overdue ? <Tag color="error">{t('tasks.overdue')}</Tag> : task.due_on === today() ? <Tag color="warning">{t('tasks.today')}</Tag> : null}</>;
}
