namespace ControlPlane.Api;

/// <summary>The ids of all log messages of this assembly. Each is used once over all assemblies; this one has 4000 to 4999.</summary>
internal static class EventIds
{
    public const int ErrorBoundaryFailed = 4000;
    public const int ErrorBoundaryUnavailable = 4001;

    public const int AccessTokensUnacceptable = 4100;
    public const int TokenSettingsOperatorToken = 4101;

    public const int ClearTextOpen = 4102;
    public const int OperatorTokenFileNarrowed = 4103;

    public const int ClusterRevocationsUnknown = 4110;
    public const int ClusterRevocationsNotEnded = 4111;

    public const int AuditTrailNotWritten = 4200;

    public const int StoreReadsFailed = 4300;

    public const int LiveFeedFailed = 4400;
    public const int LiveSubscriberFailed = 4401;

    public const int GatewayFailed = 4500;
    public const int GatewayOrderUnknown = 4510;
    public const int GatewayCancelUnasked = 4511;
    public const int GatewayUnlearnt = 4512;

    public const int KillCancelsAsked = 4520;
    public const int KillCancelsGivenUp = 4521;
}
