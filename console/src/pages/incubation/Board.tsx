import { useMemo } from 'react';
import { Button, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FeatureCollection } from 'geojson';
import { useChange, type Row } from '@/api/hooks';
import { ProblemAlert } from '@/components/layout/Problems';
import { ShapeMap } from '@/components/map/ShapeMap';
import { word } from '@/lib/i18n';

export interface Proposal {
  id: string; organizations: { id: string; uscc: string; metres: number | null }[]; full_members: number; metres: number | null; why: string; state: string; fixed: boolean; reasons: Row[];
}
export interface Plan { id: string; division: string; state: string; failure: string | null; version: number; proposals: Proposal[]; unplaced: { id: string; uscc: string; why: string }[] }

const COLOURS = ['#b8000f', '#0b5394', '#38761d', '#7f4f00', '#5b2a86', '#00666b', '#9c2a6b', '#4a4a4a'];
const colour = (at: number): string => COLOURS[at % COLOURS.length] ?? '#4a4a4a';

/** The proposals of a plan on a map and as lists; a unit is moved to another proposal, which is validated at once. */
export function Board({ plan, known }: { plan: Plan; known: Map<string, Row> }) {
  const { t } = useTranslation('incubation');
  const edit = useChange('incubation', 'editJointProposal');
  const approve = useChange('incubation', 'approveJointPlan');
  const name = (one: { id: string; uscc: string }) => String(known.get(one.id)?.name ?? one.uscc);
  const data = useMemo<FeatureCollection>(() => ({
    type: 'FeatureCollection',
    features: plan.proposals.flatMap((proposal, at) => proposal.organizations.flatMap((one) => {
      const place = known.get(one.id)?.location as { lon?: number; lat?: number } | null | undefined;
      return place?.lon === undefined || place.lat === undefined ? [] : [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [place.lon, place.lat] }, properties: { id: one.id, colour: colour(at) } }];
    })),
  }), [plan, known]);
  const move = (id: string, to: string) => edit.mutate({ path: { plan_id: plan.id, proposal_id: to }, body: { add: [id] } });
  const open = plan.proposals.filter((one) => one.state === 'proposed');
  const targets = (without: string | null) => open.filter((one) => one.id !== without).map((one) => ({ value: one.id, label: t('plans.proposal', { number: plan.proposals.indexOf(one) + 1 }) }));
  const mover = (one: { id: string; uscc: string }, from: string | null) => (
    <Select size="small" aria-label={t('plans.move', { name: name(one) })} placeholder={t('plans.move.to')} value={null} style={{ width: 130 }} loading={edit.isPending} options={targets(from)} onSelect={(to: string | null) => { if (to) move(one.id, to); }} />
  );
  return <>
    <ProblemAlert error={edit.error ?? approve.error} />
    {edit.isSuccess && <p role="status">{t('plans.moved')}</p>}
    <ShapeMap label={t('plans.map')} data={data} />
    <div className="board">
      {plan.proposals.map((proposal, at) => (
        <section key={proposal.id} className="card" style={{ borderTop: `3px solid ${colour(at)}` }}>
          <h3>{t('plans.proposal', { number: at + 1 })} <Tag>{word(proposal.state, 'state')}</Tag> {proposal.fixed && <Tag>{t('plans.fixed')}</Tag>}</h3>
          <p>{t('plans.members', { count: proposal.full_members, metres: proposal.metres ?? '—' })}</p>
          <p className="hint">{proposal.why}</p>
          <ul>{proposal.organizations.map((one) => <li key={one.id}><span>{name(one)}</span>{proposal.state === 'proposed' && mover(one, proposal.id)}</li>)}</ul>
          {proposal.state === 'proposed' && <Button size="small" type="primary" loading={approve.isPending} onClick={() => approve.mutate({ path: { plan_or_proposal_id: proposal.id }, body: {} })}>{t('plans.approve')}</Button>}
        </section>
      ))}
      {plan.unplaced.length > 0 && (
        <section className="card"><h3>{t('plans.unplaced')}</h3>
          <ul>{plan.unplaced.map((one) => <li key={one.id}><span>{name(one)}<br /><span className="hint">{one.why}</span></span>{mover(one, null)}</li>)}</ul></section>
      )}
    </div>
  </>;
}
