import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Act } from '@/components/form/Act';
import { ListPage } from '@/components/table/ListPage';

/** Public notices: which run, and until when one may object. */
export function PublicationsPage() {
  const { t } = useTranslation('evaluation');
  return <ListPage definition={{
    service: 'evaluation', op: 'listPublications', ns: 'evaluation', id: 'publications', columns: ['published_on', 'notice_until', 'published', 'note', 'recorded_by', 'division'],
    filters: ['running_on', 'cycle', 'division'], record: (row) => `/cycles/${String(row.cycle_id)}?tab=sessions`, extra: <Link to="/objections">{t('objections.title')}</Link>,
  }} />;
}

/** Objections, each answered by somebody with reasons. */
export function ObjectionsPage() {
  const { t } = useTranslation('evaluation');
  return <ListPage definition={{
    service: 'evaluation', op: 'listObjections', ns: 'evaluation', id: 'objections', columns: ['ground', 'on', 'raised_as', 'raised_at', 'due_on', 'state', 'reason', 'division', 'answered_at'],
    filters: ['state', 'division', 'evaluation'], record: (row) => `/evaluations/${String(row.evaluation_id)}`,
    render: { answered_at: (row) => <Act service="evaluation" op="answerObjection" needs="ratings.write" small path={{ evaluation_id: String(row.evaluation_id), objection_id: String(row.id) }} bar={row.state === 'open' ? null : t('bar.answered')} /> },
  }} />;
}

export function ExtensionsPage() {
  const { t } = useTranslation('evaluation');
  return <ListPage definition={{
    service: 'evaluation', op: 'listExtensions', ns: 'evaluation', id: 'extensions', columns: ['stage', 'ground', 'working_days', 'due_on', 'extended_to', 'state', 'applied_at', 'division', 'decided_at'],
    filters: ['state', 'division', 'evaluation'], record: (row) => `/evaluations/${String(row.evaluation_id)}`,
    render: { decided_at: (row) => <Act service="evaluation" op="decideExtension" needs="ratings.write" small path={{ evaluation_id: String(row.evaluation_id), extension_id: String(row.id) }} bar={row.state === 'open' ? null : t('bar.answered')} /> },
  }} />;
}
