// The selected event: what happened, why, what to do, and what was compared with what. Every text from outside
// is shown as text, on one line, without control characters.

import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AuthAttemptEvent, AuthEvent, AuthMergedEvent } from '../../../shared/model/auth-event';
import { useI18n } from '../../i18n/i18n-context';
import { Age, useAge } from '../../ui/age';
import { IconButton } from '../../ui/button';
import { Fact, Facts, Fingerprint } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import styles from './auth-log.module.css';
import {
  clientName,
  explainAttempt,
  isAttempt,
  looksLikeCliProbe,
  outcomeTone,
  tokenEventText,
  whoText,
} from './auth-log-view';

import { PairingDetail } from './pairing-detail';
import { isPairing } from './pairing-event-view';

export interface EventDetailProps {
  readonly event: AuthEvent | undefined;
  readonly onClose: () => void;
}

export function EventDetail({ event, onClose }: EventDetailProps) {
  const { t } = useI18n();
  if (!event) {
    return (
      <aside className={styles.detail} data-empty="true">
        <p>{t('detail.pick')}</p>
        <p>{t('detail.keys')}</p>
      </aside>
    );
  }
  return (
    <aside className={styles.detail} aria-label={t('detail.title')} data-testid="event-detail">
      <IconButton
        className={styles.close ?? ''}
        label={t('detail.close')}
        icon={<X size={15} aria-hidden="true" />}
        onClick={onClose}
      />
      {isAttempt(event) ? <Attempt event={event} /> : <OtherEvent event={event} />}
      <details className={styles.raw}>
        <summary>{t('detail.raw')}</summary>
        <pre>{foreignJson(event)}</pre>
      </details>
    </aside>
  );
}

/** Escapes what JSON leaves as it is but a screen does not: format and bidi characters. */
function foreignJson(event: AuthEvent): string {
  return JSON.stringify(event, null, 2).replace(
    /[\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const SHAPES = { accepted: 'tick', refused: 'cross', superseded: 'retry' } as const;

function Attempt({ event }: { readonly event: AuthAttemptEvent | AuthMergedEvent }) {
  const i18n = useI18n();
  const { t } = i18n;
  const explanation = explainAttempt(event, i18n);
  return (
    <>
      <StatusWord tone={outcomeTone(event)} shape={SHAPES[event.outcome]} testId="detail-outcome">
        {t(`log.${event.outcome}`)}
      </StatusWord>
      <h2 dir="auto" data-testid="detail-client">
        {clientName(event.client, i18n)}
      </h2>
      {event.outcome === 'refused' && <p className={styles.reason}>{explanation.title}</p>}
      <div className={styles.explain}>
        <h3>{t('detail.cause')}</h3>
        <p data-testid="detail-cause">{explanation.cause}</p>
        {explanation.fix !== undefined && (
          <>
            <h3>{t('detail.fix')}</h3>
            <p data-testid="detail-fix">{explanation.fix}</p>
          </>
        )}
      </div>
      {looksLikeCliProbe(event) && (
        <div className={styles.hint} data-testid="detail-cli-hint">
          <h3>{t('detail.sources')}</h3>
          <p>{t('detail.sources.body', { name: clientName(event.client, i18n) })}</p>
        </div>
      )}
      {event.event === 'auth.merged' ? <MergedFacts event={event} /> : <AttemptFacts event={event} />}
    </>
  );
}

function AttemptFacts({ event }: { readonly event: AuthAttemptEvent }) {
  const i18n = useI18n();
  const { t } = i18n;
  const retired = useAge(event.matchedRetiredAt);
  const list = (scopes: readonly string[]) => scopes.map(foreignText).join(', ') || t('detail.noScopes');
  return (
    <Facts>
      <Fact name={t('detail.presented')} testId="detail-presented">
        <p>
          {event.presentedAs === 'none'
            ? t(`kind.${event.credential}`)
            : i18n.language.presented[event.presentedAs].label}
        </p>
        {event.presentedFingerprint !== undefined && <Fingerprint value={event.presentedFingerprint} />}
        {event.matchedGeneration !== undefined && (
          <p className={styles.soft}>
            {t('detail.matched', { generation: event.matchedGeneration, age: retired })}
          </p>
        )}
      </Fact>
      <Fact name={t('detail.compared')} testId="detail-compared">
        {event.comparedFingerprint === undefined ? (
          t('detail.compared.none')
        ) : (
          <>
            {event.comparedGeneration !== undefined && (
              <p>{t('detail.generation', { generation: event.comparedGeneration })}</p>
            )}
            <Fingerprint value={event.comparedFingerprint} />
          </>
        )}
      </Fact>
      <Fact name={t('detail.client')}>
        <ClientText event={event} />
      </Fact>
      {event.client?.platform !== undefined && (
        <Fact name={t('detail.platform')}>{foreignText(event.client.platform)}</Fact>
      )}
      <Fact name={t('detail.peer')}>
        <code>{event.peer}</code>
      </Fact>
      {event.role !== undefined && (
        <Fact name={t('detail.role')}>
          {foreignText(event.role)}, {list(event.scopesAsked)}
        </Fact>
      )}
      {event.outcome === 'accepted' && <Fact name={t('detail.granted')}>{list(event.scopesGranted)}</Fact>}
      {event.origin !== undefined && <Fact name={t('detail.origin')}>{foreignText(event.origin)}</Fact>}
      {event.host !== undefined && <Fact name={t('detail.host')}>{foreignText(event.host)}</Fact>}
      {event.answer !== undefined && <Fact name={t('detail.answer')}>{foreignText(event.answer)}</Fact>}
      <Fact name={t('detail.when')}>
        {i18n.instant(event.at)} (<Age at={event.at} />)
      </Fact>
      <Fact name={t('detail.took')}>{i18n.duration(event.durationMs)}</Fact>
    </Facts>
  );
}

function ClientText({ event }: { readonly event: AuthAttemptEvent }): ReactNode {
  const { t } = useI18n();
  const { client } = event;
  if (!client) return t('log.noClientHelp');
  return [client.id, client.mode, client.version].map(foreignText).filter(Boolean).join(' · ');
}

function MergedFacts({ event }: { readonly event: AuthMergedEvent }) {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <p className={styles.merged}>
      {t('detail.merged.body', {
        count: event.count,
        from: i18n.instant(event.firstAt),
        to: i18n.instant(event.lastAt),
      })}
    </p>
  );
}

type Other = Exclude<AuthEvent, AuthAttemptEvent | AuthMergedEvent>;

function OtherEvent({ event }: { readonly event: Other }) {
  const i18n = useI18n();
  const { t } = i18n;
  const when = (
    <Fact name={t('detail.when')}>
      {i18n.instant(event.at)} (<Age at={event.at} />)
    </Fact>
  );
  if (event.event === 'log.gap') {
    return (
      <>
        <StatusMark tone="warn" shape="triangle" size={16} />
        <h2>{t('log.event.log.gap', { count: event.dropped })}</h2>
        <p className={styles.merged}>{t('detail.gap', { cause: foreignText(event.cause) })}</p>
        <Facts>{when}</Facts>
      </>
    );
  }
  if (event.event === 'store.recovered') {
    return (
      <>
        <StatusMark tone="muted" shape="key" size={16} />
        <h2>{t('log.event.store.recovered')}</h2>
        <p className={styles.merged}>{foreignText(event.detail)}</p>
        <Facts>{when}</Facts>
      </>
    );
  }
  if (isPairing(event)) return <PairingDetail event={event} when={when} />;
  return (
    <>
      <StatusMark tone="muted" shape="key" size={16} />
      <h2>{tokenEventText(event, i18n)}</h2>
      <Facts>
        <Fact name={t('detail.fingerprint')}>
          <Fingerprint value={event.fingerprint} />
        </Fact>
        <Fact name={t('detail.by')}>{whoText(event.by, i18n)}</Fact>
        {event.graceUntil !== undefined && (
          <Fact name={t('detail.grace')}>{i18n.instant(event.graceUntil)}</Fact>
        )}
        {when}
      </Facts>
    </>
  );
}
