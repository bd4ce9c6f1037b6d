import { useTranslation } from 'react-i18next';
import { useRead, type Row } from '@/api/hooks';
import { answerFields, type Meta } from '@/api/meta';
import { ProblemAlert } from '@/components/layout/Problems';
import { label, plain } from '@/components/Value';

interface Part extends Row { part: string; values: Row; data_source: string }

/** Which source said what of an organization, as of when. */
export function Provenance({ organization, meta }: { organization: string; meta: Meta }) {
  const { t } = useTranslation('registry');
  const read = useRead<{ parts: Part[] }>('registry', 'getOrganizationProvenance', { reference: organization });
  const fields = answerFields(meta, 'getOrganization');
  const heads = ['part', 'values', 'source', 'as_of', 'since', 'by'].map((head) => t(`provenance.${head}`));
  return <>
    <ProblemAlert error={read.error} />
    <table className="plain-table">
      <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
      <tbody>{(read.data?.data.parts ?? []).map((one) => (
        <tr key={one.part}>
          <th scope="row">{plain(one.part, 'part')}</th>
          <td>{Object.entries(one.values).map(([name, value]) => <div key={name}>{Object.keys(one.values).length > 1 && `${label(fields[name], name)}：`}{plain(value, name)}</div>)}</td>
          <td>{plain(one.data_source, 'data_source')}</td>
          <td>{plain(one.as_of, 'as_of')}</td>
          <td>{plain(one.since, 'since')}</td>
          <td>{plain(one.recorded_by, 'recorded_by')}</td>
        </tr>
      ))}</tbody>
    </table>
  </>;
}
