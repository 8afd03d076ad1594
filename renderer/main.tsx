// Entry of the window's page: finds the bridge that preload exposed and renders. Must not hold any logic.

import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { createServices } from './bridge/services';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
if (!window.gatehouse) throw new Error('preload did not expose window.gatehouse');

createRoot(root).render(
  <StrictMode>
    <App services={createServices({ bridge: window.gatehouse })} />
  </StrictMode>,
);
