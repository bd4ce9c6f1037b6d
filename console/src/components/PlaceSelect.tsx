import { Select } from 'antd';

/** A choice among divisions, found by name or code. */
export function PlaceSelect({ id, value, options, change }: { id: string; value: string; options: { value: string; label: string }[]; change: (next: string) => void }) {
  return <Select id={id} value={value} options={options} popupMatchSelectWidth={false} showSearch={{ optionFilterProp: 'label' }} onChange={change} />;
}
