import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useMeta, useRead } from '@/api/hooks';
import { operation } from '@/api/meta';
import { Act } from '@/components/form/Act';
import { Nothing } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { Details } from '@/components/record/Details';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';

/** One grant: its amount and course, what became of it after its payment, and its postings. */
export function GrantPage() {
  const { t } = useTranslation('funding');
  const { grant_id = '' } = useParams();
  const gate = useGate();
  return (
    <RecordPage definition={{
      service: 'funding', op: 'getGrant', ns: 'funding', id: 'grants', path: { grant_id }, back: '/grants',
      title: (grant) => String(grant.recipient_name ?? grant.recipient_id),
      summary: ['amount_fen', 'state', 'scheme', 'year', 'period', 'channel', 'level', 'division'],
      steps: (grant) => {
        const paid = grant.state === 'paid' ? null : t('bar.not_paid');
        const listed = new Set(((grant.next_steps ?? []) as { step: string }[]).map((one) => one.step));
        return [
          gate('use_report', 'grants.report', paid), gate('settlement', 'grants.settle', paid), gate('balance_return', 'grants.pay', paid),
          gate('amendment', 'grants.amend', grant.state === 'reversed' ? t('bar.reversed') : null),
          gate('objections', 'grants.review', grant.state === 'reviewed' ? null : t('bar.not_reviewed')),
          gate('reversal', 'grants.reverse', grant.state === 'paid' || grant.state === 'approved' ? null : t('bar.not_approved')),
        ].filter((one) => !listed.has(one.step));
      },
      tabs: [
        { key: 'notices', label: t('grant.notices'), render: () => <Notices grant_id={grant_id} /> },
        { key: 'after', label: t('grant.after'), render: () => <After grant_id={grant_id} /> },
        { key: 'entries', label: t('grant.entries'), render: () => <ListPage definition={{
          service: 'funding', op: 'listLedgerEntries', ns: 'funding', id: 'entries', inner: true, query: { grant: grant_id },
          columns: ['booked_on', 'account', 'kind', 'debit_fen', 'credit_fen', 'source'],
        }} /> },
        { key: 'recipient', label: t('grant.recipient'), render: (grant) => <p><Link to={`/statements/${String(grant.recipient_id)}`}>{t('grant.statement')}</Link></p> },
      ],
    }} />
  );
}

function After({ grant_id }: { grant_id: string }) {
  const { t } = useTranslation('funding');
  const meta = useMeta('funding');
  const read = useRead('funding', 'getGrantSettlement', { grant_id });
  const found = read.data?.data;
  if (read.error) return <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  if (!found) return <Skeleton active />;
  const nothing = !found.settlement_state && !found.settlement && (found.amendments as unknown[]).length === 0;
  return nothing ? <Nothing text={t('grant.after.empty')} />
    : <Details meta={meta} schema={operation(meta, 'getGrantSettlement').answer} value={found} hide={['grant_id', 'amount_fen', 'state']} />;
}

/** What is published of a grant before it is approved, what was objected, and each answer. */
function Notices({ grant_id }: { grant_id: string }) {
  const { t } = useTranslation('funding');
  const meta = useMeta('funding');
  const read = useRead('funding', 'getGrantNotices', { grant_id });
  const found = read.data?.data;
  if (read.error) return <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  if (!found) return <Skeleton active />;
  const notices = found.notices as { objections: { number: number; answered_at: string | null }[] }[];
  const open = notices.flatMap((one) => one.objections).filter((one) => one.answered_at === null);
  return <>
    {open.map(({ number }) => (
      <Act key={number} service="funding" op="answerGrantObjection" needs="grants.approve" label={t('grant.answer', { number })} etag={`"${String(found.version)}"`}
        path={{ grant_id, number: String(number) }} done={() => void read.refetch()} />
    ))}
    {notices.length === 0 ? <Nothing text={t('grant.notices.empty')} />
      : <Details meta={meta} schema={operation(meta, 'getGrantNotices').answer} value={found} hide={['id', 'state', 'version']} />}
  </>;
}
