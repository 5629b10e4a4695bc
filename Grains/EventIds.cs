namespace ControlPlane.Grains;

/// <summary>The ids of all log messages of this assembly. Each is used once over all assemblies; this one has 1000 to 1999.</summary>
internal static class EventIds
{
    public const int GateFollowerLost = 1001;
    public const int GateFollowerRecovered = 1002;
    public const int GateFollowerIgnored = 1003;
    public const int GateFollowerRefused = 1004;

    public const int SystemGateActivated = 1101;

    public const int SystemGateStatus = 1111;
    public const int SystemGateOpeningFailed = 1112;

    public const int SystemGateNoEvidence = 1121;
    public const int SystemGateOddEvidence = 1122;

    public const int SystemGateRenewFailed = 1131;
    public const int SystemGateShutOut = 1132;
    public const int SystemGateTransitionsWait = 1133;
    public const int SystemGatePresenceNotWritten = 1134;

    public const int SystemGateControlNotWritten = 1141;

    public const int SystemGateDrillNotRecorded = 1151;
    public const int SystemGateRefused = 1152;

    public const int HostSuspended = 1161;

    public const int StoreSuspected = 1171;
    public const int StoreConfirmed = 1172;
    public const int StoreNotForgotten = 1173;

    public const int ProviderSecretsChanged = 1201;

    public const int ProviderVerified = 1211;
    public const int ProviderHung = 1212;
    public const int ProviderVerifierFailed = 1213;
    public const int ProviderNotRecorded = 1214;
    public const int ProviderHistoryUnreadable = 1215;

    public const int ProviderUsageUnreadable = 1221;
    public const int ProviderDetailUnreadable = 1222;

    public const int HostSecretsReporterNotReported = 1231;
    public const int HostSecretsReporterNoKey = 1232;

    public const int ProviderUsageLost = 1241;

    public const int ProviderTestCall = 1251;

    public const int StoreWatchDoesNotAnswer = 1261;
    public const int StoreWatchAnswersAgain = 1262;

    public const int BotNotWritten = 1301;

    public const int BotGranted = 1311;
    public const int BotDenied = 1312;
    public const int BotAlive = 1313;
    public const int BotExpired = 1314;

    public const int BotGateNotTold = 1321;
    public const int BotDirectoryNotTold = 1322;

    public const int BotTier = 1331;
    public const int BotLiveNotWritten = 1332;

    public const int BotLeaseResumed = 1341;
    public const int LeaseKeeperNotReported = 1342;

    public const int BotTracesNotWritten = 1401;
    public const int ProgressLoopCycleFailed = 1402;
    public const int BotTraceReadsNotRead = 1403;
    public const int ControlLoopsNotActive = 1404;
    public const int BotFigureBoardNotRead = 1405;
    public const int ProgressLoopNotReported = 1406;

    public const int AuditWaiting = 1501;

    public const int HistoryFailed = 1601;
    public const int OrderDeskUnwritten = 1602;
    public const int OrderDeskUnreadable = 1603;

    public const int RefusalJournalLost = 1611;

    public const int EndedSessionsUnwritten = 1701;
    public const int EndedSessionsTwice = 1702;

    public const int OperatorActRefused = 1711;
    public const int OperatorActUnwritten = 1712;

    public const int SecretFolderUnreadable = 1801;
    public const int SecretFolderBack = 1802;
    public const int SecretFolderFileUnusable = 1803;
    public const int SecretSourcePollFailed = 1804;
    public const int SecretSourceHandlerFailed = 1805;

    public const int KillSpoolLoaded = 1901;
    public const int KillSpoolUnreadable = 1902;
    public const int KillSpoolNotStored = 1903;

    public const int KillDeliveryNotTaken = 1911;

    public const int KillRedeliveryDelivered = 1921;
    public const int KillRedeliveryNotChained = 1922;

    public const int StoreWitnessEvidence = 1931;
    public const int StoreWitnessUnreadable = 1932;
    public const int StoreWitnessNotStored = 1933;
    public const int StoreEvidenceNotCompared = 1934;

    public const int StoreSigned = 1941;
    public const int StoreSignedAnew = 1942;
    public const int StoreSealingNotRecorded = 1943;
    public const int SealWatchNotLooked = 1944;
    public const int ClusterAnchorsNotAsked = 1945;
    public const int StoreSealingNotOpened = 1946;
    public const int LedgerSigned = 1947;
    public const int LedgerForged = 1948;

    public const int AutonomyReaderUnread = 1951;
    public const int AutonomyReaderUnwritten = 1952;

    public const int AutonomyRoundsRoundFailed = 1961;
    public const int AutonomyRoundsNotEvaluated = 1962;

    public const int BotStartPaced = 1315;
    public const int BotHoldingUnread = 1316;
    public const int BotRunnerNotRecorded = 1317;
    public const int BotMarksUnread = 1318;
    public const int BotDeleted = 1319;
    public const int BotNotDeleted = 1320;
    public const int SystemLimitsFailed = 1631;
    public const int SystemLossFailed = 1632;
    public const int SystemLossReached = 1633;
    public const int SystemLimitsNotAsked = 1634;
    public const int SystemLimitsNotPublished = 1635;

    public const int AlertChanged = 1971;
    public const int AlertsNotLoaded = 1972;
    public const int AlertsLookFailed = 1973;
    public const int AlertsUnreadable = 1974;
    public const int AlertsNotSaved = 1975;
    public const int AlertsUnread = 1976;
    public const int AlertNotDelivered = 1981;
    public const int AlertSendingFailed = 1982;
    public const int DeadManRefused = 1983;
    public const int DeadManFailed = 1984;
    public const int AlertStandingUnknown = 1985;
    public const int ChatKill = 1986;
    public const int ChatKillNotChained = 1987;
    public const int ChatCommandFailed = 1988;
    public const int ChatListeningPaused = 1989;

    public const int GatewayDeskUnreadable = 1641;
    public const int GatewayDeskUnwritten = 1642;
    public const int GatewaySettlementFailed = 1643;
    public const int GatewayOrderNeverArrived = 1644;
    public const int GatewayOrderNotLookedUp = 1645;
    public const int GatewayCancelFailed = 1646;
    public const int GatewayPositionTaken = 1647;
    public const int GatewayPositionDiffers = 1648;
    public const int GatewayPositionNotRead = 1649;
}
