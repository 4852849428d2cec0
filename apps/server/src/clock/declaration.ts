// What this server is towards time servers, for the conformance statement. PS3.15 Annex G, PS3.2 A.4.3.2
import type { DescribedManagement } from '@concord/conformance';
import type { Configuration } from '../settings/settings.ts';

type ClockConfiguration = Pick<Configuration, 'timeServers' | 'timePoll' | 'timeTolerance'>;

/** Nothing where no time server is configured: the clock is the machine's then. */
export function clockManagement({ timeServers, timePoll, timeTolerance }: ClockConfiguration): DescribedManagement {
  if (timeServers.length === 0) return { profiles: [], texts: [] };
  return {
    profiles: [
      {
        profile: 'Basic Time Synchronization',
        actor: 'SNTP Client',
        protocols: ['SNTP'],
        optionalTransactions: 'N/A',
        securitySupport: 'None',
      },
    ],
    texts: [
      {
        actor: 'SNTP Client',
        text: [
          `The clock of the machine is compared with time servers by SNTP version 4 (RFC 4330), unicast over UDP: at the start and then every ${timePoll} s. The servers are configured by name or address and port, up to four of them (setting timeServers); they are asked in their order, and the first that answers counts. Three questions are sent to it, of which the quickest answer counts. Broadcast, manycast, authentication and servers told by DHCP are not supported. IPv4 and IPv6 are.`,
          'The clock is not set by this product: that is left to the time service of the operating system. A server that answers with a kiss-o’-death packet is not asked for 24 hours.',
        ].join('\n\n'),
      },
    ],
    accuracy: {
      text: `A difference of more than ${timeTolerance} s (setting timeTolerance) between the clock and the time server is warned of in the log at each comparison; nothing else changes.`,
      seconds: timeTolerance,
    },
  };
}
