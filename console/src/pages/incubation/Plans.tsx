import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead, type Page, type Row } from '@/api/hooks';
import { place } from '@/api/places';
import { listOf, recordOf, to } from '@/components/pages';
import { Board, type Plan } from './Board';

const common = { service: 'incubation', ns: 'incubation', id: 'plans' } as const;

export const Plans = listOf({
  ...common, op: 'listJointPlans', record: to('joint-plans'), columns: ['division', 'state', 'covered', 'upper_bound', 'progress.organizations', 'policy', 'created_at'], filters: ['division'],
  create: { op: 'createJointPlan', needs: 'formation.decide', then: to('joint-plans') },
});

export const PlanPage = recordOf({
  ...common, op: 'getJointPlan', back: '/joint-plans', title: (row) => place(String(row.division)), summary: ['state', 'division', 'covered', 'upper_bound', 'stopped'], hide: ['policy', 'proposals', 'unplaced', 'progress'],
  tabs: [{ key: 'board', label: 'plans.tab.board', render: (row) => <Named plan={row as unknown as Plan} /> }],
});

/** The plan names organizations by id; their names and positions are the registry's. */
function Named({ plan }: { plan: Plan }) {
  const { t } = useTranslation('incubation');
  const read = useRead<Page>('registry', 'listOrganizations', {}, { division: plan.division, limit: 500 });
  const known = useMemo(() => new Map((read.data?.data.items ?? []).map((one): [string, Row] => [String(one.id), one])), [read.data]);
  if (plan.state !== 'ready') return <p role="status">{plan.failure ?? t('plans.computing')}</p>;
  return <Board plan={plan} known={known} />;
}
