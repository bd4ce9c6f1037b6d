import { Alert, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { taken, type FileHeading, type Mapping } from './mapping';

interface Props { headings: FileHeading[]; fields: Record<string, string>; chosen: Mapping; onChange: (chosen: Mapping) => void }

/** Which field each column of a file holds: as it was read, or as somebody who knows the file says. */
export function ColumnMapping({ headings, fields, chosen, onChange }: Props) {
  const { t } = useTranslation('registry');
  const twice = taken(headings, chosen);
  const options = [{ value: '', label: t('imports.ignored') }, ...Object.entries(fields).map(([value, label]) => ({ value, label }))];
  return <>
    {twice.length > 0 && <Alert showIcon type="warning" className="problem" title={t('imports.twice', { names: twice.map((one) => fields[one] ?? one).join('、') })} />}
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('imports.columns')}>
      <table className="plain-table">
        <thead><tr>{['column', 'heading', 'field'].map((name) => <th key={name} scope="col">{t(`imports.${name}`)}</th>)}</tr></thead>
        <tbody>{headings.map((one) => {
          const field = chosen[one.heading] ?? one.field ?? '';
          return (
            <tr key={one.column} className={field ? '' : 'differs'}>
              <td>{one.column}</td><td>{one.heading}</td>
              <td>
                <Select showSearch optionFilterProp="label" style={{ minWidth: 200 }} aria-label={t('imports.map', { heading: one.heading })}
                  value={field} options={options} status={field && twice.includes(field) ? 'warning' : ''}
                  onChange={(value) => onChange({ ...chosen, [one.heading]: value })} />
                {!field && one.like && <span className="hint"> {t('imports.like', { name: fields[one.like] ?? one.like })}</span>}
              </td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  </>;
}
