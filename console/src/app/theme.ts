import type { ThemeConfig } from 'antd';

const FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", system-ui, sans-serif';

/** Calm and dense. The styles themselves are a file (`antd.css`); only the variables are made here. */
export const themeOf = (large: boolean): ThemeConfig => ({
  zeroRuntime: true,
  token: {
    colorPrimary: '#b8000f', colorLink: '#9a000d', colorError: '#a8071a', colorSuccess: '#237804', colorSuccessBg: '#f0f9eb', colorWarning: '#874d00', colorWarningBg: '#fff7e6', colorErrorBg: '#fff1f0',
    colorTextDescription: '#595959', colorTextPlaceholder: '#6b6b6b',
    colorTextDisabled: '#666', colorTextTertiary: '#595959', colorTextQuaternary: '#6b6b6b',
    fontFamily: FONTS, fontSize: large ? 18 : 14, controlHeight: large ? 44 : 34, controlHeightSM: large ? 36 : 28, borderRadius: 4, wireframe: false,
  },
});
