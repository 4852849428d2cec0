// The sub-items of User Information. PS3.8 D.1, PS3.7 D.3.3.
import { items, many, one } from './items.ts';
import {
  bytesToEnd,
  item,
  itemOf,
  measuredSecret,
  measuredText,
  measuredTexts,
  type Pdu,
  textToEnd,
  u8,
  u16,
  u32,
} from './layout.ts';

/** The longest P-DATA-TF that its sender can receive, in bytes after the PDU header; 0 = any. PS3.8 D.1. */
const maximumLength = itemOf('Maximum Length', 0x51, u32());
/** PS3.7 D.3.3.2.1. */
const implementationClassUid = itemOf('Implementation Class UID', 0x52, textToEnd());
/** How many operations may be outstanding; 0 = any number. PS3.7 D.3.3.3.1. */
const asynchronousOperationsWindow = item('Asynchronous Operations Window', 0x53, { invoked: u16(), performed: u16() });
/** PS3.7 D.3.3.4.1. */
const roleSelection = item('SCP/SCU Role Selection', 0x54, { sopClassUid: measuredText(), scu: u8(), scp: u8() });
/** PS3.7 D.3.3.2.3. */
const implementationVersionName = itemOf('Implementation Version Name', 0x55, textToEnd());
/** What the bytes mean is said by the service class. PS3.7 D.3.3.5.1. */
const extendedNegotiation = item('SOP Class Extended Negotiation', 0x56, {
  sopClassUid: measuredText(),
  applicationInformation: bytesToEnd(),
});
/** PS3.7 D.3.3.6.1. */
const commonExtendedNegotiation = item('SOP Class Common Extended Negotiation', 0x57, {
  sopClassUid: measuredText(),
  serviceClassUid: measuredText(),
  relatedGeneralSopClassUids: measuredTexts(),
});

export const identityTypes = {
  1: 'user name',
  2: 'user name and passcode',
  3: 'Kerberos service ticket',
  4: 'SAML assertion',
  5: 'JSON web token',
} as const;
/** PS3.7 D.3.3.7.1. */
const userIdentity = item('User Identity', 0x58, {
  type: u8(identityTypes),
  positiveResponseRequested: u8(),
  primary: measuredSecret(),
  secondary: measuredSecret(),
});
/** PS3.7 D.3.3.7.2. */
const userIdentityResponse = itemOf('User Identity Response', 0x59, measuredSecret());

const userInformationItems = items({
  maximumLength: one(maximumLength),
  implementationClassUid: one(implementationClassUid),
  asynchronousOperationsWindow: one(asynchronousOperationsWindow),
  roleSelections: many(roleSelection),
  implementationVersionName: one(implementationVersionName),
  extendedNegotiations: many(extendedNegotiation),
  commonExtendedNegotiations: many(commonExtendedNegotiation),
  userIdentity: one(userIdentity),
  userIdentityResponse: one(userIdentityResponse),
});
export const userInformation = itemOf('User Information', 0x50, userInformationItems);

export type UserInformation = Pdu<typeof userInformation>;
export type RoleSelection = Pdu<typeof roleSelection>;
export type ExtendedNegotiation = Pdu<typeof extendedNegotiation>;
export type CommonExtendedNegotiation = Pdu<typeof commonExtendedNegotiation>;
export type UserIdentity = Pdu<typeof userIdentity>;

/** User information that says nothing; a sender fills in what it has. */
export const noUserInformation: UserInformation = {
  maximumLength: undefined,
  implementationClassUid: undefined,
  asynchronousOperationsWindow: undefined,
  roleSelections: [],
  implementationVersionName: undefined,
  extendedNegotiations: [],
  commonExtendedNegotiations: [],
  userIdentity: undefined,
  userIdentityResponse: undefined,
};
