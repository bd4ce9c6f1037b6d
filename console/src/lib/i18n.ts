import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Language = 'zh' | 'en';
const FILES = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', { import: 'default' });
const KEPT = 'shuangfu.language';

/** Each page's sentences are a namespace of their own, loaded with the page. */
const backend = {
  type: 'backend' as const,
  init: () => undefined,
  read(language: string, namespace: string, done: (error: unknown, data: Record<string, unknown> | false) => void) {
    const load = FILES[`../locales/${language}/${namespace}.json`];
    if (!load) return done(null, {});
    load().then((data) => done(null, data), (error: unknown) => done(error, false));
  },
};

export const keptLanguage = (): Language => (window.localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh');

export async function startI18n(language: Language = keptLanguage()): Promise<void> {
  await i18next.use(backend).use(initReactI18next).init({
    lng: language, fallbackLng: false, ns: ['common', 'words'], defaultNS: 'common', load: 'currentOnly',
    keySeparator: false, nsSeparator: ':', interpolation: { escapeValue: false }, returnNull: false,
  });
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export async function switchLanguage(language: Language): Promise<void> {
  window.localStorage.setItem(KEPT, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export const spoken = (): Language => (i18next.language === 'en' ? 'en' : 'zh');

/** The field's word for a value: of this field of this thing, of this field, or the value's; else the value itself. */
export function word(value: string, field?: string, thing?: string): string {
  const own = field ? [...(thing ? [`words:${thing}.${field}=${value}`] : []), `words:${field}=${value}`] : [];
  const found = own.find((key) => i18next.exists(key));
  if (found) return i18next.t(found);
  if (i18next.exists(`words:${value}`)) return i18next.t(`words:${value}`);
  return spoken() === 'en' ? value.replaceAll('_', ' ').replaceAll('.', ': ') : value;
}
