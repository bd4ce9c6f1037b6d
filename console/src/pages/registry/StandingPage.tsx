import { useState } from 'react';
import { Button, Input, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChange, type Row } from '@/api/hooks';
import { PageHead, Nothing } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { plain, Value } from '@/components/Value';
import { instant } from '@/lib/values';
import { codesOf } from './codes';

interface Line { line: number; code: string; uscc: string | null; standing: Row | null; problem: Row | null }
interface Answer extends Row { items: Line[]; found: number; as_of: string }

/** Standing of one organization, or of a whole list: grade, score, star, ceiling and procurement. */
export function StandingPage() {
  const { t } = useTranslation(['registry', 'common']);
  const [text, setText] = useState('');
  const ask = useChange<Answer>('registry', 'askStandings');
  const codes = codesOf(text);
  const lines = ask.data?.data.items ?? [];
  const cell = (value: unknown) => {
    const inner = value as Row | null;
    return inner && typeof inner === 'object' ? plain(inner.grade ?? inner.star ?? inner.score ?? inner.points ?? inner.effect ?? inner.value ?? inner.sentence ?? null, 'grade') : '—';
  };
  return <>
    <PageHead title={t('standing.title')} hint={t('standing.hint')} />
    <section className="card block no-print">
      <label htmlFor="standing-codes">{t('standing.codes')}</label>
      <Input.TextArea id="standing-codes" rows={4} value={text} onChange={(event) => setText(event.target.value)} placeholder={t('standing.placeholder')} />
      <div className="form-buttons flat">
        <Upload accept=".txt,.csv" showUploadList={false} beforeUpload={(file) => { void file.text().then(setText); return false; }}><Button>{t('standing.upload')}</Button></Upload>
        <Button type="primary" disabled={codes.length === 0} loading={ask.isPending} onClick={() => ask.mutate({ body: { codes } })}>{t('standing.ask', { count: codes.length })}</Button>
      </div>
    </section>
    <ProblemAlert error={ask.error} />
    {ask.data ? (
      <section className="card block">
        <p role="status">{t('standing.found', { found: ask.data.data.found, all: lines.length, at: instant(ask.data.data.as_of) })}</p>
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t('standing.title')}>
          <table className="plain-table">
            <thead><tr>{['line', 'code', 'name', 'status', 'grade', 'star', 'score', 'ceiling', 'procurement', 'problem'].map((n) => <th key={n} scope="col">{t(`standing.${n}`)}</th>)}</tr></thead>
            <tbody>{lines.map((one) => (
              <tr key={one.line}><td>{one.line}</td><td>{one.code}</td><td>{plain(one.standing?.name, 'name')}</td><td><Value value={one.standing?.status} name="status" /></td>
                {['grade', 'star', 'score', 'ceiling', 'procurement'].map((n) => <td key={n}>{cell(one.standing?.[n])}</td>)}<td>{one.problem ? String(one.problem.detail ?? one.problem.title) : ''}</td></tr>
            ))}</tbody>
          </table>
        </div>
        <Button className="no-print" onClick={() => window.print()}>{t('common:table.print')}</Button>
      </section>
    ) : <Nothing text={t('standing.empty')} />}
  </>;
}
