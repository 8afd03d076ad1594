// Hands the language in use to the components. Must not be read outside React.

import { createContext, useContext } from 'react';
import { createI18n, type I18n } from './t';

export const I18nContext = createContext<I18n>(createI18n('en'));

export function useI18n(): I18n {
  return useContext(I18nContext);
}
