namespace ControlPlane.Silo;

/// <summary>The ids of all log messages of this assembly. Each is used once over all assemblies; this one has 2000 to 2999.</summary>
internal static class EventIds
{
    public const int UsageRetentionRemoved = 2101;
    public const int UsageRetentionFailed = 2102;
    public const int TraceRetentionRemoved = 2103;
    public const int TraceRetentionFailed = 2104;
    public const int LedgerUpgradeTold = 2105;
    public const int LedgerUpgradeNotTold = 2106;

    public const int SiloRefusedConnections = 2301;
    public const int SiloNotDeclaredDead = 2302;
    public const int AuditAnchorFileNotKept = 2303;

    public const int WarmUpDone = 2311;
    public const int WarmUpFailed = 2312;

    public const int JoinRefused = 2351;

    public const int EmbeddedStoreOpened = 2410;
    public const int EmbeddedStoreWritingFails = 2411;
    public const int EmbeddedStoreWritingWorksAgain = 2412;
    public const int EmbeddedStoreReadingFailed = 2413;
    public const int EmbeddedStoreDrainTimedOut = 2414;

    public const int DataFolderNarrowed = 2415;

    public const int PostgresStoreOpened = 2420;
    public const int PostgresOutOfReach = 2421;
    public const int PostgresAnswersAgain = 2422;
    public const int PostgresOperationFailed = 2423;
    public const int PostgresDrainTimedOut = 2424;
    public const int PostgresWaitingForServer = 2425;
    public const int PostgresCommitSettled = 2426;
    public const int PostgresRetentionNotSet = 2427;
}
